import Policy
import Testing
import Wire

@testable import IPsecPolicy

@Suite struct LoadedPolicyTests {
    private static let first = PolicyNumbers.reqids.lowerBound + 1

    private static func loaded() -> LoadedPolicy {
        var loaded = LoadedPolicy()
        let strong = PolicyAlgorithms(transforms: ChildTransform.defaults)
        loaded.algorithms = [
            first: strong, first + 1: strong, first + 2: strong,
            first + 3: PolicyAlgorithms(
                transforms: [
                    ChildTransform(protocol: .ah, encryption: nil, integrity: [.hmacSHA256_128])
                ], isUnique: true),
            first + 5: strong,
        ]
        loaded.nextReqid = first + 6
        loaded.items = [
            .init(number: 2, place: 512, reqid: first, interface: nil, text: "{ raddr a } drop {}"),
            .init(number: 1, place: 1024, reqid: 0, interface: "t0", text: "{ tunnel t0 } drop {}"),
        ]
        return loaded
    }

    @Test func whatIsWrittenIsRead() throws {
        let loaded = Self.loaded()
        #expect(try LoadedPolicy(Array(loaded.text.utf8)) == loaded)
        #expect(try LoadedPolicy(Array(LoadedPolicy().text.utf8)) == LoadedPolicy())
    }

    @Test func reqidsInARowTakeOneLine() {
        let lines = Self.loaded().text.split(separator: "\n")
        #expect(
            lines.prefix(3) == [
                "ipsecconf 1", "next \(Self.first + 6)",
                "reqid \(Self.first)-\(Self.first + 2) shared esp 20/256,128 28 12/256+14 "
                    + "12/256+13 12/256,192,128+12",
            ])
        #expect(lines.dropFirst(3).first == "reqid \(Self.first + 3) unique ah +12")
    }

    @Test(arguments: [
        ("", 1), ("ipsecconf 2", 1), ("ipsecconf 1\nnext", 2), ("ipsecconf 1\nnext 1 2", 2),
        ("ipsecconf 1\nreqid 7 shared esp 20/256", 2),
        ("ipsecconf 1\nreqid 1768947714-1768947713 shared esp 20/256", 2),
        ("ipsecconf 1\nreqid 1768947713 some esp 20/256", 2),
        ("ipsecconf 1\nreqid 1768947713 shared ipcomp 20/256", 2),
        ("ipsecconf 1\nreqid 1768947713 shared esp", 2),
        ("ipsecconf 1\nreqid 1768947713 shared esp 20/x", 2),
        ("ipsecconf 1\nreqid 1768947713 shared esp 12/256+", 2),
        ("ipsecconf 1\nreqid 1768947713 shared ah 20", 2),
        ("ipsecconf 1\nentry 1 5 0 - {}\nentry 2 5 0 - {}", 3),
        ("ipsecconf 1\nentry 1 0 0 - {}", 2), ("ipsecconf 1\nentry 1 5 0 -", 2),
        ("ipsecconf 1\nelse", 2),
    ])
    func damageIsFound(text: String, line: Int) {
        #expect {
            try LoadedPolicy(Array(text.utf8))
        } throws: { ($0 as? LoadedPolicy.Damage)?.line == line }
    }
}
