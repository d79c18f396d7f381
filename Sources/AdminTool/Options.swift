/// What stands before the command, and the command.
struct Options {
    /// Which of the two protocols.
    enum Version {
        case first, second
    }

    static let usage = "usage: ikeadm [-jnpw] [-v 1|2] [-s socket] [command ...]"
    private static let defaultSocket = "/run/ikev2d/ikeadm.sock"

    private(set) var socket = Options.defaultSocket
    private(set) var isJSON = false
    /// Whether an X stands for every digit of a key.
    private(set) var isParanoid = false
    /// Whether SAs are shown as Wireshark's tables have them.
    private(set) var isForWireshark = false
    private(set) var version = Version.second
    /// The command; empty for a conversation.
    private(set) var words: [String] = []

    init(_ arguments: [String]) throws(Failure) {
        var rest = arguments[...]
        while let argument = rest.first, argument.hasPrefix("-"), argument.utf8.count > 1 {
            rest = rest.dropFirst()
            if argument == "--" { break }
            try take(argument, &rest)
        }
        words = Array(rest)
    }

    /// Takes the letters of an argument; what the last of them needs may stand behind it.
    private mutating func take(
        _ argument: String, _ rest: inout ArraySlice<String>
    ) throws(Failure) {
        var letters = argument.dropFirst()
        while let letter = letters.popFirst() {
            switch letter {
            case "j": isJSON = true
            case "p": isParanoid = true
            case "w": isForWireshark = true
            // Names are never looked up.
            case "n": break
            case "s", "v":
                let value = letters.isEmpty ? rest.popFirst() : String(letters)
                guard let value else { throw Failure("-\(letter) needs a value") }
                try set(letter, value)
                return
            default: throw Failure("unknown option -\(letter)")
            }
        }
    }

    private mutating func set(_ letter: Character, _ value: String) throws(Failure) {
        guard letter == "v" else {
            socket = value
            return
        }
        switch value {
        case "1": version = .first
        case "2": version = .second
        default: throw Failure("-v \(value): expected 1 or 2")
        }
    }
}
