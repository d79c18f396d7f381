import Policy
import Wire

// The file, ipsecconf(8) describes it. Lines of words:
//
//     ipsecconf 1
//     next REQID
//     reqid FIRST[-LAST] shared|unique esp|ah TRANSFORM…
//     entry NUMBER PLACE REQID INTERFACE|- TEXT
//
// A TRANSFORM is CIPHER[/BITS,…][+INTEGRITY,…] in the numbers of IANA; of AH it is +INTEGRITY,….

extension LoadedPolicy {
    private static let head = "ipsecconf 1"

    /// The file's content.
    public var text: String {
        var text = "\(Self.head)\nnext \(nextReqid)\n"
        var run: (reqids: ClosedRange<UInt32>, words: String)?
        for reqid in algorithms.keys.sorted() {
            guard let words = algorithms[reqid]?.words else { continue }
            if let current = run, current.words == words, current.reqids.upperBound + 1 == reqid {
                run = (current.reqids.lowerBound...reqid, words)
            } else {
                if let run { text += Self.line(run.reqids, run.words) }
                run = (reqid...reqid, words)
            }
        }
        if let run { text += Self.line(run.reqids, run.words) }
        for item in items {
            text += "entry \(item.number) \(item.place) \(item.reqid) \(item.interface ?? "-") "
            text += "\(item.text)\n"
        }
        return text
    }

    private static func line(_ reqids: ClosedRange<UInt32>, _ words: String) -> String {
        let last = reqids.count == 1 ? "" : "-\(reqids.upperBound)"
        return "reqid \(reqids.lowerBound)\(last) \(words)\n"
    }

    /// Reads the file.
    public init(_ octets: [UInt8]) throws(Damage) {
        var number = 0
        for line in octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            if number == 1 {
                guard line.elementsEqual(Self.head.utf8) else {
                    throw Damage(line: 1, expected: "'\(Self.head)'")
                }
            } else if !line.isEmpty {
                guard read(line) else {
                    throw Damage(line: number, expected: "a line as ipsecconf(8) describes it")
                }
            }
        }
    }

    /// Why a file is not what ipsecconf has written.
    public struct Damage: Error, Equatable {
        /// The line, from 1.
        public let line: Int
        /// What it should have been.
        public let expected: String
    }

    private mutating func read(_ line: ArraySlice<UInt8>) -> Bool {
        var rest = line
        switch Self.word(&rest) {
        case "next":
            guard let reqid = UInt32(Self.word(&rest)) else { return false }
            nextReqid = reqid
            return rest.isEmpty
        case "reqid": return readReqids(rest)
        case "entry":
            guard let number = UInt32(Self.word(&rest)), let place = UInt32(Self.word(&rest)),
                place > items.last?.place ?? 0, Ordering.range.contains(place),
                let reqid = UInt32(Self.word(&rest))
            else { return false }
            let interface = Self.word(&rest)
            guard !interface.isEmpty, !rest.isEmpty else { return false }
            items.append(
                Item(
                    number: number, place: place, reqid: reqid,
                    interface: interface == "-" ? nil : interface,
                    text: String(decoding: rest, as: UTF8.self)))
            return true
        default: return false
        }
    }

    private mutating func readReqids(_ line: ArraySlice<UInt8>) -> Bool {
        var rest = line
        let ends = Self.word(&rest).split(separator: "-").map { UInt32($0) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
            first <= last, PolicyNumbers.reqids.contains(first),
            PolicyNumbers.reqids.contains(last)
        else { return false }
        let sharing = Self.word(&rest)
        let protocolWord = Self.word(&rest)
        guard sharing == "shared" || sharing == "unique",
            protocolWord == "esp" || protocolWord == "ah"
        else { return false }
        var transforms: [ChildTransform] = []
        while !rest.isEmpty {
            guard
                let transform = ChildTransform(words: Self.word(&rest), isAH: protocolWord == "ah")
            else { return false }
            transforms.append(transform)
        }
        guard !transforms.isEmpty else { return false }
        let algorithms = PolicyAlgorithms(transforms: transforms, isUnique: sharing == "unique")
        for reqid in first...last { self.algorithms[reqid] = algorithms }
        return true
    }

    /// Takes the word up to the next space.
    private static func word(_ rest: inout ArraySlice<UInt8>) -> String {
        let end = rest.firstIndex(of: UInt8(ascii: " ")) ?? rest.endIndex
        defer { rest = rest[min(end + 1, rest.endIndex)...] }
        return String(decoding: rest[..<end], as: UTF8.self)
    }
}

extension PolicyAlgorithms {
    fileprivate var words: String {
        let isAH = transforms.first?.protocol == .ah
        return
            ([isUnique ? "unique" : "shared", isAH ? "ah" : "esp"]
            + transforms.map { $0.words }).joined(separator: " ")
    }
}

extension ChildTransform {
    fileprivate var words: String {
        var words = encryption.map { "\($0.rawValue)" } ?? ""
        if !keyLengths.isEmpty {
            words += "/" + keyLengths.map { "\($0)" }.joined(separator: ",")
        }
        if !integrity.isEmpty {
            words += "+" + integrity.map { "\($0.rawValue)" }.joined(separator: ",")
        }
        return words
    }

    fileprivate init?(words: String, isAH: Bool) {
        let halves = words.split(separator: "+", omittingEmptySubsequences: false)
        let parts = halves.first?.split(separator: "/", omittingEmptySubsequences: false) ?? []
        guard halves.count <= 2, parts.count <= 2, let cipher = parts.first else { return nil }
        var lengths: [UInt16] = []
        var integrity: [IntegrityAlgorithm] = []
        if parts.count == 2 {
            for word in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
                guard let length = UInt16(word) else { return nil }
                lengths.append(length)
            }
        }
        if halves.count == 2 {
            for word in halves[1].split(separator: ",", omittingEmptySubsequences: false) {
                guard let number = UInt16(word) else { return nil }
                integrity.append(IntegrityAlgorithm(rawValue: number))
            }
        }
        if isAH {
            guard cipher.isEmpty, lengths.isEmpty, !integrity.isEmpty else { return nil }
            self.init(protocol: .ah, encryption: nil, integrity: integrity)
        } else {
            guard let number = UInt16(cipher) else { return nil }
            self.init(
                encryption: EncryptionAlgorithm(rawValue: number), keyLengths: lengths,
                integrity: integrity)
        }
    }
}
