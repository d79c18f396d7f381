import Crypto
import Daemon
import Token

/// `setpin` with a token: another PIN.
struct TokenPINChange {
    private let request: Request
    private let store: TokenStore

    init(_ request: Request) throws(Failure) {
        self.request = request
        store = try TokenStore(request)
    }

    func run() throws(Failure) {
        let token = try store.open()
        let new = try PINPrompt.new(request[.newpinfile], "New PIN of the token: ")
        guard new.count > 0 else {
            throw Failure("an empty PIN; expected one: a token does not go without")
        }
        try Failure.ofCrypto { () throws(CryptoError) in try token.change(pin: new) }
    }
}
