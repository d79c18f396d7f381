/// Why a statement cannot be understood: what stands there, and what was expected.
struct Malformed: Error {
    let message: String
    let location: SourceLocation

    init(_ message: String, at location: SourceLocation) {
        self.message = message
        self.location = location
    }
}
