/// An object of a keystore with the file that it lies in.
public struct Filed<Object> {
    /// The file.
    public let path: String
    /// What was read from it.
    public let object: Object

    /// An object, and where it lies.
    public init(path: String, object: Object) {
        self.path = path
        self.object = object
    }

    /// What an administrator calls it.
    public var label: String { Label.text(of: path) }
}
