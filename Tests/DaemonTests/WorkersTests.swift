import Crypto
import Dispatch
import Policy
import Reactor
import Testing
import Wire

@testable import Daemon
@testable import IKE

@Suite struct WorkersTests {
    private func configuration(_ groups: String) throws -> Policy.Configuration {
        let text = """
            ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group \(groups) }
            { label "peer" local_addr 10.9.0.1 remote_addr 10.9.0.2 auth_method preshared }
            """
        var diagnostics = Diagnostics()
        return try #require(
            Configuration.parse(
                Source(name: "ikev2.config", octets: Array(text.utf8)), into: &diagnostics))
    }

    @Test func keysAreThereBeforeSomebodyAsks() throws {
        let loop = try EventLoop()
        let workers = try Workers(on: loop, threads: 1...1) { _, _ in }
        workers.prepare(for: try configuration("31"))
        let id = JobID(sa: IKESPI(1), serial: 1, isUrgent: true)
        var pairs: [KeyPair] = []
        loop.afterTurn = {
            // Until there is none: then there is a job whose outcome brings the next turn.
            while case .keyPair(let pair)? = workers.take(id, .generate(.curve25519)) {
                pairs.append(pair)
            }
            workers.flush()
            if pairs.count >= 10 { loop.stop() }
        }
        try loop.run()
        workers.shutdown()
        #expect(Set(pairs.map { $0.publicValue }).count == pairs.count)
    }

    /// A token that answers when it is told to.
    private final class SlowToken: KeyDevice, @unchecked Sendable {
        private let mayAnswer = DispatchSemaphore(value: 0)

        func answer(_ times: Int) { for _ in 0..<times { mayAnswer.signal() } }

        func sign(_ input: DeviceInput) throws(CryptoError) -> [UInt8] {
            mayAnswer.wait()
            return [UInt8](repeating: 1, count: 64)
        }
    }

    @Test func aSlowTokenHoldsUpNobodyElse() throws {
        let loop = try EventLoop()
        let token = SlowToken()
        let key = PrivateKey(try PrivateKey.generate(.ec(.p256)).publicKey, in: token)
        let signing = Job.sign(Signing(key: key, scheme: .ecdsaSHA256, octets: [1]))
        var signatures = 0
        var others = 0
        let workers = try Workers(on: loop, threads: 1...1) { _, outcome in
            if case .signature = outcome { signatures += 1 } else { others += 1 }
            // Everything else is done while the token is still at its first signature.
            if others == 8, signatures == 0 { token.answer(100) }
            if others == 8, signatures == 64 { loop.stop() }
        }
        var refused = 0
        for serial in 0..<UInt32(70) {
            let id = JobID(sa: IKESPI(1), serial: serial, isUrgent: true)
            if case .failed(let error)? = workers.take(id, signing) {
                refused += 1
                #expect("\(error)".contains("64 others wait for it"))
            }
        }
        #expect(refused == 6)
        for serial in 100..<UInt32(108) {
            let id = JobID(sa: IKESPI(2), serial: serial, isUrgent: false)
            #expect(workers.take(id, .generate(.ecp256)) == nil)
        }
        workers.flush()
        try loop.run()
        workers.shutdown()
        #expect(others == 8)
        #expect(signatures == 64)
    }

    @Test func anOutcomeIsDeliveredUnderTheNameOfItsJob() throws {
        let loop = try EventLoop()
        var outcomes: [(JobID, JobOutcome)] = []
        let workers = try Workers(on: loop, threads: 1...1) { id, outcome in
            outcomes.append((id, outcome))
            loop.stop()
        }
        let id = JobID(sa: IKESPI(7), serial: 3, isUrgent: false)
        #expect(workers.take(id, .generate(.ecp256)) == nil)
        workers.flush()
        try loop.run()
        #expect(outcomes.map { $0.0 } == [id])
        guard case .keyPair(let pair)? = outcomes.first?.1 else {
            Issue.record("no key")
            return
        }
        #expect(pair.method == .ecp256)
    }
}
