import CCryptoki
import Crypto

/// A PKCS #11 module, loaded into the process for as long as that lives.
public final class TokenModule: @unchecked Sendable {
    /// What reaches every module that the system knows of.
    public static let defaultPath = "p11-kit-proxy.so"

    private let list: UnsafePointer<cryptoki_functions>

    /// Loads a module by the path of its file, or by its name.
    public init(path: String = defaultPath) throws(CryptoError) {
        guard let list = cryptoki_load(path) else {
            throw .token(
                reason: "PKCS#11 module: \(String(cString: cryptoki_load_error()))")
        }
        self.list = list
    }

    /// Throws when a function has not done what it should.
    static func check(_ code: cryptoki_word, _ operation: String) throws(CryptoError) {
        guard code != CRYPTOKI_OK else { return }
        throw .token(reason: "\(operation): \(Self.reason(code))")
    }

    static func reason(_ code: cryptoki_word) -> String {
        switch code {
        case 0x5: "the token failed"
        case 0x13, 0xD0, 0xD1: "the token does not take it in this form"
        case 0x1B: "the token does not allow it"
        case 0x30, 0x32: "the token failed or was removed"
        case 0x31: "the token is full"
        case 0x54: "the token does not offer it"
        case 0x60, 0x82: "the key is no longer there"
        case 0x62: "the token has no keys of this size"
        case 0x70, 0x71: "the token does not offer this kind of key or signature"
        case 0xA0: "the PIN is wrong"
        case 0xA1, 0xA2: "the token does not take this PIN: of other characters or length"
        case 0xA4: "the PIN is locked"
        case 0xB3: "the session has ended"
        case 0xB5, 0xE2: "the token is write-protected"
        case 0xE0: "the token is not present"
        case 0x140: "the token does not know the curve"
        case 0x101: "it has not been logged in to"
        default: "PKCS#11 error 0x\(String(code, radix: 16))"
        }
    }

    /// Has the module look at its devices anew: some find tokens only when they begin. Every session
    /// of the process ends, and those that the process was born with.
    func restart() throws(CryptoError) {
        var code = cryptoki_initialize(list)
        if code == CRYPTOKI_ALREADY_INITIALIZED {
            _ = cryptoki_finalize(list)
            code = cryptoki_initialize(list)
        }
        try Self.check(code, "PKCS#11 module")
    }

    /// The tokens that were there when it was last started, with their slots.
    func slots() throws(CryptoError) -> [(slot: cryptoki_word, info: TokenInfo)] {
        var count: cryptoki_word = 0
        // Asked for the number alone, a module looks anew.
        try Self.check(cryptoki_slots(list, nil, &count), "list of tokens")
        var slots = [cryptoki_word](repeating: 0, count: Int(min(count, 256)))
        count = cryptoki_word(slots.count)
        try Self.check(cryptoki_slots(list, &slots, &count), "list of tokens")
        var found: [(slot: cryptoki_word, info: TokenInfo)] = []
        for slot in slots.prefix(Int(min(count, 256))) {
            var token = cryptoki_token()
            guard cryptoki_token_info(list, slot, &token) == CRYPTOKI_OK,
                token.flags & cryptoki_word(CRYPTOKI_TOKEN_INITIALIZED) != 0
            else { continue }
            found.append((slot, TokenInfo(token)))
        }
        return found
    }

    /// The tokens that are there.
    public func tokens() throws(CryptoError) -> [TokenInfo] {
        try restart()
        return try slots().map { $0.info }
    }

    /// A session with a token, to write to it or not.
    func open(_ slot: cryptoki_word, writes: Bool) throws(CryptoError) -> TokenSession {
        var session: cryptoki_word = 0
        try Self.check(
            cryptoki_open(list, slot, writes ? 1 : 0, &session), "session with the token")
        return TokenSession(list, session, slot: slot)
    }
}
