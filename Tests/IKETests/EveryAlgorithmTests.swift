import IPsec
import Testing
import Wire

@testable import IKE

/// Every IKE algorithm that can be configured brings up an SA, each named once.
@Suite struct EveryAlgorithmTests {
    private func comesUp(_ xform: String, child: String = "") throws {
        let pair = try Pair(Pair.Setup(ikeA: "{ \(xform) }", ruleA: child, ruleB: child))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 2)
    }

    @Test(arguments: [
        2, 5, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
    ])
    func group(number: Int) throws {
        try comesUp("encr_alg aes-gcm(128) prf_alg sha256 dh_group \(number)")
    }

    @Test(arguments: [
        "3des auth_alg sha256", "aes(128) auth_alg sha1", "aes(128) auth_alg sha1-160",
        "aes-ctr(128) auth_alg sha256", "aes-ctr(256) auth_alg sha512",
        "aes-gcm(192) prf_alg sha384", "aes-ccm(128) prf_alg sha256",
        "aes-ccm(256) prf_alg sha512", "chacha20-poly1305 prf_alg sha256",
    ])
    func cipher(text: String) throws {
        try comesUp("encr_alg \(text) dh_group 31")
    }

    @Test(arguments: [
        "encr_alg aes-gcm(256)", "encr_alg aes-ccm(128)", "encr_alg chacha20-poly1305",
        "encr_alg aes(256) auth_alg sha512 esn yes", "encr_alg aes(128) auth_alg sha1 esn no",
        "encr_alg aes-ctr(192) auth_alg sha384", "encr_alg 3des auth_alg sha256",
        "encr_alg none auth_alg sha256",
    ])
    func childSuite(text: String) throws {
        // An AH policy for what has no cipher.
        let isAH = text.contains("none")
        let template = Template(protocolID: isAH ? .ah : .esp, mode: .tunnel, reqid: 1)
        let pair = try Pair(
            Pair.Setup(
                ruleA: "childsa_xform { \(text) }", ruleB: "childsa_xform { \(text) }",
                policies: .protect("10.1.0.0/24", "10.2.0.0/24", template)))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 2)
        #expect(pair.a.kernel.entries.keys.allSatisfy { $0.protocolID == template.protocolID })
    }
}
