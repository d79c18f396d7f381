import Console
import Daemon

/// Called by the C library's `main`: runs ikev2cert and returns its exit code.
@c(ikev2cert)
public func ikev2cert(
    _ count: Int32, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
    do throws(Failure) {
        switch try Request.read(commandLine(count, arguments)) {
        case .help(let text): Terminal.say(text)
        case .run(let request): try request.run()
        }
        return ExitCode.success.rawValue
    } catch {
        Terminal.complain("ikev2cert: \(error.message)")
        if error.exitCode == .usage { Terminal.complain("try 'ikev2cert help'") }
        return error.exitCode.rawValue
    }
}

extension Request {
    /// Does what is asked for.
    func run() throws(Failure) {
        if self[.token] != nil {
            try runOnToken()
            return
        }
        switch verb {
        case .gencert: try Generation(self).makeCertificate()
        case .gencsr: try Generation(self).makeRequest()
        case .signcsr: try Signing(self).run()
        case .tokens: try TokenListing(self).listTokens()
        case .list: try Listing(self).show(try Store(self))
        case .import: try Import(self).run()
        case .export: try Export(self).run()
        case .delete: try Deletion(self).run()
        case .setpin: try PINChange(self).run()
        }
    }

    /// The same on the token that it names.
    private func runOnToken() throws(Failure) {
        switch verb {
        case .gencert: try TokenGeneration(self).makeCertificate()
        case .gencsr: try TokenGeneration(self).makeRequest()
        case .tokens: try TokenListing(self).listTokens()
        case .list: try TokenListing(self).listObjects()
        case .import: try TokenImport(self).run()
        case .export: try TokenExport(self).run()
        case .delete: try TokenDeletion(self).run()
        case .setpin: try TokenPINChange(self).run()
        case .signcsr: throw Request.usage("signcsr signs with keys of the keystore")
        }
    }
}
