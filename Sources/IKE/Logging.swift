import Net
import Policy
import Wire

extension Engine {
    /// Whether lines of a category are wanted; ask before a line is made.
    func logs(_ category: DebugCategories) -> Bool {
        !debugCategories.isDisjoint(with: category)
    }

    /// Something happened that the administrator wants to know of.
    func notice(_ message: String) {
        announce(LogRecord(.notice, .op, message))
    }

    /// Something went wrong with a peer.
    func warn(_ message: String) {
        announce(LogRecord(.warning, .op, message))
    }

    /// A line for those who look closely.
    func debug(_ category: DebugCategories, _ message: @autoclosure () -> String) {
        if logs(category) { emit(.log(LogRecord(.debug, category, message()))) }
    }

    /// Something that any stranger can cause: one line a class at a time, and the number of
    /// those that were not printed.
    func complain(_ subject: Complaints.Subject, _ message: @autoclosure () -> String) {
        if let ending = complaints.admit(subject, at: now) { warn(message() + ending) }
    }

    /// Whether the next ``complain(_:_:)`` of a subject is printed; ask before words are made that
    /// cost more than the complaint is worth.
    func hears(_ subject: Complaints.Subject) -> Bool {
        !complaints.isPausing(subject, at: now)
    }

    /// Something went wrong with the peer of an SA. Until it has proved itself it is a stranger.
    func warn(
        _ sa: IKESA, _ subject: Complaints.Subject, _ message: @autoclosure () -> String
    ) {
        if sa.establishedAt == nil { complain(subject, message()) } else { warn(message()) }
    }

    /// Shows a message as it passes.
    func trace(_ direction: TraceDirection, _ header: Header, _ payloads: [Payload], sa: IKESA) {
        let category: DebugCategories = header.exchange == .createChildSA ? .phase2 : .phase1
        guard logs(category) else { return }
        let list = payloads.map { $0.description }.joined(separator: ", ")
        emit(
            .log(
                LogRecord(
                    .debug, category,
                    "\(direction.rawValue) \(sa.remote) \(header): \(list.isEmpty ? "nothing" : list)"
                )))
    }
}

/// Items as a log line shows them: the first ones and how many more there are. A stranger may have
/// made up hundreds.
func listed<Item: CustomStringConvertible>(
    _ items: [Item], separator: String = "; "
) -> String {
    let shown = 8
    let text = items.prefix(shown).map { $0.description }.joined(separator: separator)
    return items.count > shown ? "\(text)\(separator)\(items.count - shown) more" : text
}

/// Which way a message passes.
enum TraceDirection: String {
    case sent = "->"
    case received = "<-"
}

/// Keeps strangers from filling the log.
struct Complaints {
    /// What is complained of; each has its own allowance.
    enum Subject: Int, CaseIterable {
        case malformed, version, unknownSA, refusedBeginning, badAnswer, badSealing, unproved
        case noRule, full, door, halfOpen, fragments, otherAddress, windowSize
    }

    private struct Entry {
        var last: Instant?
        var suppressed: UInt64 = 0
    }

    /// How long a subject is not spoken of again. Packets for a policy that is none of ours keep
    /// coming: another daemon may see to them.
    private static func pause(after subject: Subject) -> Interval {
        if case .noRule = subject { .seconds(60) } else { .seconds(10) }
    }

    private var entries = [Entry](repeating: Entry(), count: Subject.allCases.count)

    /// Whether the subject has been spoken of a short while ago.
    func isPausing(_ subject: Subject, at now: Instant) -> Bool {
        guard let last = entries[subject.rawValue].last else { return false }
        return now.since(last) < Self.pause(after: subject)
    }

    /// What a line on the subject ends with: how many like it were not printed. `nil` when it is
    /// not to be printed itself.
    @inline(never)
    mutating func admit(_ subject: Subject, at now: Instant) -> String? {
        let entry = entries[subject.rawValue]
        if isPausing(subject, at: now) {
            entries[subject.rawValue].suppressed += 1
            return nil
        }
        entries[subject.rawValue] = Entry(last: now)
        return entry.suppressed == 0 ? "" : " (and \(entry.suppressed) more like it)"
    }
}
