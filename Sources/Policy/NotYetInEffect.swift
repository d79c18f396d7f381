/// What is parsed and checked but changes nothing yet. Each use draws a warning; what comes into
/// effect loses its row here, and with it the warning.
enum NotYetInEffect {
    private static let rows: Set<String> = [
        // Keywords of ikev2.config(5).
        "request_http_certs"
    ]

    /// What to say about a feature; `nil` when it is in effect.
    static func warning(_ feature: String) -> String? {
        rows.contains(feature) ? "'\(feature)' is accepted, not yet in effect" : nil
    }
}
