import Crypto
import IKE
import Policy
import Reactor
import Testing
import Wire

@testable import Daemon

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
