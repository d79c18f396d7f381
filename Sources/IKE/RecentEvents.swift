/// The last notices and warnings, for those who watch. Log lines that strangers cause are few, so
/// that a flood does not drive the others out.
struct RecentEvents {
    /// What fits under a table on a terminal, and then some.
    static let most = 32

    private var ring: [RecentEvent] = []
    private var count: UInt64 = 0

    mutating func add(_ record: LogRecord, at now: Instant) {
        count &+= 1
        let event = RecentEvent(number: count, at: now, record: record)
        if ring.count < Self.most {
            ring.append(event)
        } else {
            ring[Int((count - 1) % UInt64(Self.most))] = event
        }
    }

    /// The oldest first.
    var all: [RecentEvent] { ring.sorted { $0.number < $1.number } }
}

/// A line of the log, when it is still news.
public struct RecentEvent: Sendable {
    /// Counts from 1 since the daemon began.
    public let number: UInt64
    /// When it happened.
    public let at: Instant
    /// What happened.
    public let record: LogRecord
}

extension Engine {
    /// The last notices and warnings, the oldest first.
    public var recentEvents: [RecentEvent] { events.all }

    /// Logs what those who watch are told too.
    func announce(_ record: LogRecord) {
        events.add(record, at: now)
        emit(.log(record))
    }
}
