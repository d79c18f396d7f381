import Crypto
import IPsec
import Net
import Policy
import Wire

@testable import IKE

/// One host of a simulated network: an engine, a kernel, and whatever the log said.
final class Host {
    /// The first of its addresses, by which the tests know it.
    let address: IPAddress
    /// All its addresses, the one that it sends from first.
    private(set) var addresses: [IPAddress]
    let kernel = FakeKernel()
    private(set) var engine: Engine
    private(set) var log: [LogRecord] = []
    private(set) var isFinished = false
    /// What others say of certificates.
    var web = Web()
    /// Jobs of an engine that has been replaced come back to nobody.
    private(set) var generation = 0
    private var isBusyUntil = Instant(nanoseconds: 0)

    private let nonces: NonceBeginnings

    init(_ address: IPAddress, engine: Engine, nonces: NonceBeginnings = NonceBeginnings()) {
        self.address = address
        addresses = [address]
        self.engine = engine
        self.nonces = nonces
    }

    /// Gives it other addresses; whether the engine hears of it is up to the test.
    func renumber(_ addresses: [IPAddress]) { self.addresses = addresses }

    /// What its routing has.
    func paths(to remotes: [IPAddress]) -> [Path] {
        remotes.compactMap { remote in
            addresses.first { $0.family == remote.family }.map { Path(local: $0, remote: remote) }
        }
    }

    /// What the next nonces begin with.
    var nonceBeginnings: [UInt8] {
        get { nonces.octets }
        set { nonces.octets = newValue }
    }

    func record(_ record: LogRecord) { log.append(record) }

    func finish() { isFinished = true }

    /// Gives the one worker of this host another job; how long it is until that is done.
    func work(_ interval: Interval, at now: Instant) -> Interval {
        isBusyUntil = max(isBusyUntil, now) + interval
        return isBusyUntil.since(now)
    }

    /// As when the process is killed and started again.
    func restart(with engine: Engine) {
        self.engine = engine
        generation += 1
    }

    /// Tells the engine what policies there are, as at start and after each change.
    func loadPolicies() -> [Effect] {
        engine.handle(
            .policies(SecurityPolicyDatabase(kernel.policies)), at: Instant(nanoseconds: 0))
    }

    /// The lines of the log, one after another.
    var logText: String { log.map { $0.message }.joined(separator: "\n") }

    /// The IKE SAs that stand.
    var establishedSAs: [IKESA] { engine.table.all.filter { $0.session != nil } }
}
