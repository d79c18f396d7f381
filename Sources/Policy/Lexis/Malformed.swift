/// Why a statement cannot be understood: what stands there, and what was expected.
package struct Malformed: Error {
    package let message: String
    package let location: SourceLocation

    package init(_ message: String, at location: SourceLocation) {
        self.message = message
        self.location = location
    }
}
