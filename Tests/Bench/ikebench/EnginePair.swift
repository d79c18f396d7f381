import Crypto
import IKE
import IPsec
import Net
import Policy

/// Two engines in one process, which hand each other datagrams. Handshakes go in step, a batch at
/// a time, so that what each step costs can be told without a clock call for each event.
final class EnginePair {
    /// What one event is about.
    private enum Input {
        case event(Event)
        case datagram(Datagram)
    }

    /// What came of a step, by kind.
    private struct Outcome {
        var datagrams: [Datagram] = []
        var jobs: [(JobID, Job)] = []
        var installations: [ChildSA.Installation] = []
    }

    /// One side's costs, by step, in the order of the steps.
    struct Ledger {
        private(set) var steps: [(name: String, cost: Cost)] = []

        mutating func measure<Result>(_ name: String, _ body: () -> Result) -> Result {
            let index =
                steps.firstIndex { $0.name == name }
                ?? {
                    steps.append((name, Cost()))
                    return steps.count - 1
                }()
            return steps[index].cost.measure(body)
        }

        var total: Cost { steps.reduce(Cost()) { $0 + $1.cost } }
    }

    private(set) var initiator: Engine?
    private(set) var responder: Engine?
    private(set) var initiatorLedger = Ledger()
    private(set) var responderLedger = Ledger()
    private(set) var jobs = Ledger()
    private(set) var established = 0
    private var now = Instant(nanoseconds: 1_000_000_000)

    init(_ group: Group, rules: Int = 1) throws(CryptoError) {
        initiator = try Setting.engine(group, rules: rules)
        responder = try Setting.engine(group, rules: rules)
    }

    /// Makes `count` IKE SAs, each with a Child SA, each between two addresses of its own.
    func establish(_ count: Int, batch: Int = 32) {
        var rest = count
        while rest > 0 {
            let size = min(rest, batch)
            step(size)
            rest -= size
        }
    }

    private func step(_ size: Int) {
        let acquires: [Input] = (0..<size).map { index in
            let number = UInt32(established + index)
            return .event(
                .acquire(
                    Setting.acquire(
                        .v4(10 << 24 | 1 << 22 | number), .v4(10 << 24 | 2 << 22 | number),
                        sequence: number + 1)))
        }
        var ours = initiate("acquire", acquires)
        ours = initiate("key pair done: sends IKE_SA_INIT", run("generate", ours.jobs))
        var theirs = respond("IKE_SA_INIT request", ours.datagrams.map { .datagram($0) })
        theirs = respond("derivation done: answers IKE_SA_INIT", run("respond", theirs.jobs))
        ours = initiate("IKE_SA_INIT response", theirs.datagrams.map { .datagram($0) })
        ours = initiate("derivation done: sends IKE_AUTH", run("derive", ours.jobs))
        theirs = respond("IKE_AUTH request", ours.datagrams.map { .datagram($0) })
        theirs = respond(
            "installed: answers IKE_AUTH",
            theirs.installations.map { .event(.installed($0.reference)) })
        ours = initiate("IKE_AUTH response", theirs.datagrams.map { .datagram($0) })
        let installations = ours.installations
        _ = initiate("installed", installations.map { .event(.installed($0.reference)) })
        established += installations.count
        now = now + .milliseconds(1)
    }

    private func initiate(_ name: String, _ inputs: [Input]) -> Outcome {
        guard let initiator else { return Outcome() }
        return sort(initiatorLedger.measure(name) { feed(initiator, inputs) })
    }

    private func respond(_ name: String, _ inputs: [Input]) -> Outcome {
        guard let responder else { return Outcome() }
        return sort(responderLedger.measure(name) { feed(responder, inputs) })
    }

    private func run(_ name: String, _ jobs: [(JobID, Job)]) -> [Input] {
        self.jobs.measure(name) {
            jobs.map { .event(.jobDone($0.0, $0.1.run())) }
        }
    }

    private func feed(_ engine: Engine, _ inputs: [Input]) -> [[Effect]] {
        inputs.map { input in
            switch input {
            case .event(let event): engine.handle(event, at: now)
            case .datagram(let datagram):
                engine.receive(
                    datagram.octets.span, local: datagram.remote, remote: datagram.local, at: now
                ).effects
            }
        }
    }

    private func sort(_ effects: [[Effect]]) -> Outcome {
        var outcome = Outcome()
        for effect in effects.joined() {
            switch effect {
            case .send(let datagram): outcome.datagrams.append(datagram)
            case .compute(let id, let job): outcome.jobs.append((id, job))
            case .install(let installation): outcome.installations.append(installation)
            case .fetch, .abandonFetch, .keep: break
            case .remove, .move, .movePolicies, .keepAlive, .findPaths, .measure, .log, .finished:
                break
            }
        }
        return outcome
    }

    /// Takes leave of every SA, both sides.
    func leave() {
        guard let initiator, let responder else { return }
        var requests = sort([initiator.handle(.shutdown, at: now)]).datagrams
        while !requests.isEmpty {
            let answers = sort(feed(responder, requests.map { .datagram($0) })).datagrams
            requests = sort(feed(initiator, answers.map { .datagram($0) })).datagrams
        }
        now = now + .seconds(60)
        _ = responder.handle(.deadlineReached, at: now)
    }

    /// Ends the initiator's engine, with all its memory.
    func dropInitiator() { initiator = nil }

    /// Ends the responder's engine, with all its memory.
    func dropResponder() { responder = nil }
}
