import Crypto
import Daemon
import Keystore

/// `delete`: removes files of the keystore.
struct Deletion {
    private let request: Request
    private let store: Store
    private let selection: Selection

    init(_ request: Request) throws(Failure) {
        self.request = request
        store = try Store(request)
        selection = try Selection(request)
        guard !selection.isEverything else {
            throw Request.usage("delete needs label=, or what tells certificates apart")
        }
    }

    func run() throws(Failure) {
        let reading = try store.read(pin: try store.knownPIN())
        let now = Clock.now
        let chosen = reading.certificates.filter { selection.contains($0, at: now) }
        var paths: [String] = []
        func add(_ path: String) { if !paths.contains(path) { paths.append(path) } }
        if selection.certificates {
            for filed in chosen {
                try checkWhole(filed.path, chosen, reading)
                add(filed.path)
            }
        }
        if selection.keys {
            for path in reading.keys.map({ $0.path }) + reading.locked
            where isChosen(path, with: chosen) { add(path) }
        }
        if selection.publicKeys {
            for key in reading.publicKeys where selection.contains(key) { add(key.path) }
        }
        if selection.lists {
            for list in reading.revocationLists where selection.contains(list) { add(list.path) }
        }
        guard !paths.isEmpty else {
            throw Failure("nothing of that kind in \(store.directory.printable)")
        }
        try store.remove(paths)
    }

    /// A key by its own label, or by that of a certificate that goes.
    private func isChosen(_ path: String, with chosen: [Filed<X509Certificate>]) -> Bool {
        let label = Label.text(of: path)
        guard selection.asksAboutCertificates else { return selection.contains(label: label) }
        return chosen.contains { $0.label == label }
    }

    /// A file of several certificates goes as a whole or not at all.
    private func checkWhole(
        _ path: String, _ chosen: [Filed<X509Certificate>], _ reading: KeystoreReading
    ) throws(Failure) {
        let all = reading.certificates.count { $0.path == path }
        guard chosen.count(where: { $0.path == path }) == all else {
            throw Failure(
                "\(path.printable) holds other certificates too; expected its label, to delete "
                    + "them all")
        }
    }
}
