import CLinux
import IKE

/// A line on its way to the log: made for one kind of destination.
struct LogLine {
    /// What a line begins with.
    enum Style: Equatable, Sendable {
        /// The time of day; colours tell severities apart.
        case terminal(hasColour: Bool)
        /// A priority in angle brackets; the service manager knows the time (sd-daemon(3)).
        case service
        /// Date and time.
        case file
        /// What syslogd expects on its socket (RFC 3164 §4.1, without the host).
        case syslog
    }

    /// A moment in local time.
    struct Moment {
        let calendar: tm
        let milliseconds: Int

        static var now: Moment {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            var calendar = tm()
            localtime_r(&time.tv_sec, &calendar)
            return Moment(calendar: calendar, milliseconds: time.tv_nsec / 1_000_000)
        }
    }

    /// More than any line of ours; a longer one is cut.
    static let lengthLimit = 4_096

    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    /// The facility `daemon` of syslog(3), shifted.
    private static let facility = 3 << 3

    private(set) var octets: [UInt8] = []

    init(
        _ style: Style, _ severity: LogRecord.Severity, _ message: String, at moment: Moment,
        process: pid_t
    ) {
        let calendar = moment.calendar
        octets.reserveCapacity(message.utf8.count + 48)
        switch style {
        case .terminal(let hasColour):
            append(time: calendar)
            append(".")
            append(moment.milliseconds, width: 3)
            append(" ")
            let colour = hasColour ? severity.colour : nil
            if let colour { append(colour) }
            append(severity, message)
            if colour != nil { append("\u{1B}[0m") }
            append("\n")
        case .service:
            append("<\(severity.priority)>")
            append(severity, message)
            append("\n")
        case .file:
            append(Int(calendar.tm_year) + 1900, width: 4)
            append("-")
            append(Int(calendar.tm_mon) + 1, width: 2)
            append("-")
            append(Int(calendar.tm_mday), width: 2)
            append(" ")
            append(time: calendar)
            append(".")
            append(moment.milliseconds, width: 3)
            append(" ")
            append(severity, message)
            append("\n")
        case .syslog:
            append("<\(Self.facility | severity.priority)>")
            let month = Int(calendar.tm_mon)
            append(Self.months.indices.contains(month) ? Self.months[month].description : "Jan")
            append(calendar.tm_mday < 10 ? "  " : " ")
            append(Int(calendar.tm_mday), width: 1)
            append(" ")
            append(time: calendar)
            append(" in.ikev2d[\(process)]: ")
            append(severity, message)
        }
    }

    private mutating func append(_ severity: LogRecord.Severity, _ message: String) {
        switch severity {
        case .error: append("error: ")
        case .warning: append("warning: ")
        case .notice, .debug: break
        }
        let text = message.printable
        guard text.utf8.count > Self.lengthLimit else { return append(text) }
        octets.append(contentsOf: text.utf8.prefix(Self.lengthLimit))
        append(" …")
    }

    private mutating func append(_ text: String) {
        octets.append(contentsOf: text.utf8)
    }

    private mutating func append(time calendar: tm) {
        append(Int(calendar.tm_hour), width: 2)
        append(":")
        append(Int(calendar.tm_min), width: 2)
        append(":")
        append(Int(calendar.tm_sec), width: 2)
    }

    private mutating func append(_ number: Int, width: Int) {
        let digits = String(number)
        for _ in digits.utf8.count..<max(width, digits.utf8.count) {
            octets.append(UInt8(ascii: "0"))
        }
        append(digits)
    }
}

extension LogRecord.Severity {
    /// The number of syslog(3).
    fileprivate var priority: Int {
        switch self {
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .debug: 7
        }
    }

    /// Red, yellow and dim; what is simply news stays as it is.
    fileprivate var colour: String? {
        switch self {
        case .error: "\u{1B}[31m"
        case .warning: "\u{1B}[33m"
        case .notice: nil
        case .debug: "\u{1B}[2m"
        }
    }
}
