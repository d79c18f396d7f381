import Crypto
import Daemon
import Keystore

/// `setpin`: puts all private keys under a PIN, under another one, or under none.
struct PINChange {
    private let request: Request
    private let store: Store

    init(_ request: Request) throws(Failure) {
        self.request = request
        store = try Store(request)
    }

    func run() throws(Failure) {
        let old = try store.pin()
        let reading = try store.read(pin: old)
        guard reading.locked.isEmpty else {
            throw Failure("\(reading.locked[0].printable): lies under another PIN")
        }
        let given = try PINPrompt.new(request[.newpinfile], "New PIN, empty for none: ")
        let new = given.count == 0 ? nil : given
        try store.rewriteKeys(reading.keys, pin: new)
    }
}
