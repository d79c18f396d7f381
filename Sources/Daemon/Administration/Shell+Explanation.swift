import Admin
import CLinux
import IKE
import Kernel
import Net
import Policy
import Wire

// `explain` and `dump event` of ikeadm(8).

extension Shell {
    /// Why there is, or is not, an SA between two addresses.
    func explain(_ local: IPAddress, _ remote: IPAddress) -> Answer {
        var source: IPAddress?
        do throws(KernelError) {
            source = try hostAddresses.source(for: remote)
        } catch {
            // No route is the answer to what is asked here, not an error of ours.
            if logs(.verbose) { sink.write(.debug, "\(error)") }
        }
        let way = Explanation.Way(
            source: source, hasSocket: remote.family == .v4 || sockets.hasIPv6,
            isDryRun: properties.kernel == .dryRun)
        return Answer([
            Value(engine.explain(local: local, remote: remote, way: way, at: now), at: now)
        ])
    }

    /// The last notices and warnings.
    func recentEvents(done words: String) -> Answer {
        Answer(
            engine.recentEvents.map { event in
                .object([
                    Value.Member("number", .number(event.number)),
                    Value.Member("secs_ago", .number(now.seconds(since: event.at))),
                    Value.Member("severity", .text(event.record.severity.rawValue)),
                    Value.Member("text", .text(event.record.message)),
                ])
            }, done: words)
    }
}

extension Instant {
    func seconds(since earlier: Instant) -> UInt64 {
        since(earlier).nanoseconds / 1_000_000_000
    }
}
