import Net

/// A command that is none, and what was expected.
public struct CommandRefusal: Error, Equatable, Sendable {
    /// What is wrong, in words.
    public let message: String

    init(_ message: String) {
        self.message = message
    }
}

// The grammar of commands. Object words may be in the plural, and an IKE SA was "p1" once.

extension Request {
    /// Reads the words of a command.
    public init(words: [String]) throws(CommandRefusal) {
        guard let verb = words.first else { throw CommandRefusal("expected a command") }
        var rest = Words(words.dropFirst(), of: verb)
        switch verb {
        case "get":
            let object = try rest.next("what to get")
            if let setting = Setting(rawValue: object) {
                self = .get(setting)
            } else {
                self = .show(try Name(object, &rest, .shown))
            }
        case "set": self = try Self.set(&rest)
        case "dump":
            let object = try rest.next("what to dump")
            guard let collection = Collection(word: object) else {
                throw CommandRefusal(
                    "dump: unknown object '\(object)'; expected "
                        + Self.list(Collection.allCases.map { $0.rawValue }))
            }
            self = .dump(collection, details: rest.take(Self.details))
        case "add":
            let object = try rest.object(among: Addition.allCases)
            let origin = try rest.next("a file, or what is to be added in braces")
            self = .add(object, origin == Self.typed ? .typed : .file(origin))
        case "read":
            self = .read(try rest.object(among: Store.allCases), file: rest.optional())
        case "write": self = .write(try rest.object(among: Store.allCases))
        case "del": self = .delete(try Name(try rest.next("what to delete"), &rest, .deleted))
        case "flush":
            self =
                try rest.expect(["ikesa", "p1", "certcache"]) == "certcache"
                ? .flushCertificates : .flush
        case "rekey": self = .rekey(try Name(try rest.next("what to rekey"), &rest, .rekeyed))
        case "initiate": self = .initiate(try rest.next("the label of a rule"))
        case "explain":
            self = .explain(
                try rest.address("our address"), try rest.address("the peer's address"))
        case "token":
            let isLogin = try rest.expect(["login", "logout"]) == "login"
            let name = try rest.next("the name of the token")
            self = isLogin ? .login(token: name) : .logout(token: name)
        default: throw CommandRefusal("unknown command '\(verb)'; 'help' lists those there are")
        }
        try rest.finish()
    }

    private static func set(_ rest: inout Words) throws(CommandRefusal) -> Request {
        guard try rest.expect(["debug", "priv"]) == "priv" else {
            return .setDebug(try rest.next("a level"), file: rest.optional())
        }
        let word = try rest.next("a level")
        guard let level = Privilege(name: word) else {
            throw CommandRefusal(
                "set: '\(word)' is no privilege level; expected "
                    + list(Privilege.allCases.map { $0.name }))
        }
        return .setPrivilege(level)
    }

    /// `a, b or c`.
    static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        var text = ""
        for (index, word) in words.dropLast().enumerated() {
            text += (index > 0 ? ", " : "") + word
        }
        return text + " or " + last
    }
}

/// The words behind the verb.
private struct Words {
    private var rest: ArraySlice<String>
    let verb: String

    init(_ words: ArraySlice<String>, of verb: String) {
        rest = words
        self.verb = verb
    }

    mutating func next(_ what: String) throws(CommandRefusal) -> String {
        guard let word = rest.popFirst() else {
            throw CommandRefusal("\(verb): expected \(what)")
        }
        return word
    }

    mutating func address(_ what: String) throws(CommandRefusal) -> IPAddress {
        let word = try next(what)
        guard let address = IPAddress(word) else {
            throw CommandRefusal("\(verb): '\(word)' is no address; expected \(what)")
        }
        return address
    }

    /// The next word, if there is one.
    mutating func optional() -> String? { rest.popFirst() }

    /// Whether the next word is this one.
    mutating func take(_ word: String) -> Bool {
        guard rest.first == word else { return false }
        rest.removeFirst()
        return true
    }

    /// The one of the words that comes next, maybe in the plural.
    mutating func expect(_ words: [String]) throws(CommandRefusal) -> String {
        let expected = Request.list(words.filter { $0 != "p1" })
        let word = try next(expected)
        guard let known = words.first(where: { word == $0 || word == $0 + "s" }) else {
            throw CommandRefusal("\(verb): unknown object '\(word)'; expected \(expected)")
        }
        return known
    }

    /// The next word as one of some objects.
    mutating func object<Object: RawRepresentable<String>>(
        among objects: [Object]
    ) throws(CommandRefusal) -> Object {
        let word = try expect(objects.map { $0.rawValue })
        guard let object = objects.first(where: { $0.rawValue == word }) else {
            throw CommandRefusal("\(verb): unknown object '\(word)'")
        }
        return object
    }

    func finish() throws(CommandRefusal) {
        guard let surplus = rest.first else { return }
        throw CommandRefusal("\(verb): '\(surplus)' is one word too many")
    }
}

extension Request.Collection {
    init?(word: String) {
        let singular = word.hasSuffix("s") ? String(word.dropLast()) : word
        guard
            let collection = Self(rawValue: word) ?? Self(rawValue: singular)
                ?? (singular == "p1" ? .ikeSAs : nil)
        else { return nil }
        self = collection
    }
}

extension Request.Name {
    /// What a verb has to do with.
    enum Use {
        case shown, deleted, rekeyed

        var objects: [String] {
            switch self {
            case .shown:
                ["ikesa", "childsa", "rule", "preshared"]
                    + Request.Setting.allCases.map { $0.rawValue }
            case .deleted: ["ikesa", "childsa", "rule", "preshared"]
            case .rekeyed: ["ikesa", "childsa"]
            }
        }
    }

    fileprivate init(
        _ object: String, _ words: inout Words, _ use: Use
    ) throws(CommandRefusal) {
        switch Request.Collection(word: object) {
        case .ikeSAs: self = try Self.ikeSA(&words)
        case .childSAs:
            let word = try words.next("the SPI of a Child SA, such as 0x1234abcd")
            guard let spi = UInt32(spi: word) else {
                throw CommandRefusal(
                    "'\(word)' is no SPI of a Child SA; expected 0x and hex digits")
            }
            self = .childSA(spi: spi)
        case .rules where use != .rekeyed: self = .rule(try words.next("the label of a rule"))
        case .presharedKeys where use != .rekeyed:
            self = .presharedKey(try words.next("the label of a key"))
        default:
            throw CommandRefusal(
                "\(words.verb): unknown object '\(object)'; expected "
                    + Request.list(use.objects))
        }
    }

    private static func ikeSA(_ words: inout Words) throws(CommandRefusal) -> Self {
        let expected = "the local and the remote address, or the SPIs of both ends"
        let first = try words.next(expected)
        let second = try words.next(expected)
        if let initiator = UInt64(spi: first), let responder = UInt64(spi: second) {
            return .ikeSA(initiatorSPI: initiator, responderSPI: responder)
        }
        guard let local = IPAddress(first), let remote = IPAddress(second) else {
            throw CommandRefusal(
                "'\(first) \(second)' names no IKE SA; expected \(expected)")
        }
        return .ikeSABetween(local, remote)
    }
}

extension FixedWidthInteger {
    /// Hex digits behind `0x`.
    init?(spi word: String) {
        guard word.hasPrefix("0x"), let number = Self(word.dropFirst(2), radix: 16) else {
            return nil
        }
        self = number
    }
}
