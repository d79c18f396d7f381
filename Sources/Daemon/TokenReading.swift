import Crypto
import Token

/// What came of reading a token.
enum TokenReading: Sendable {
    /// It was looked for, and is not there.
    case absent
    /// What is on it.
    case contents(Token.Contents)
    /// It cannot be read.
    case failed(CryptoError)

    /// Reads a token, which may take its time; `ifPresent` does not complain of an absent one.
    init(_ token: Token, ifPresent: Bool) {
        guard !ifPresent || token.isPresent else {
            self = .absent
            return
        }
        do throws(CryptoError) {
            self = .contents(try token.contents())
        } catch {
            self = .failed(error)
        }
    }
}
