extension Request {
    /// What goes along with a request and is no word of it: whoever runs the command opens files
    /// and is asked for PINs, so that the daemon opens nothing that somebody names.
    public enum Enclosure: Hashable, Sendable {
        /// Nothing.
        case nothing
        /// The contents of a file.
        case file(String)
        /// What was typed, in braces.
        case typed
        /// A PIN.
        case pin
        /// A descriptor of a file that is to be appended to; its octets are nobody's.
        case log(String)

        /// Whether it is one of octets.
        public var hasOctets: Bool {
            switch self {
            case .nothing, .log: false
            case .file, .typed, .pin: true
            }
        }
    }

    /// What goes along.
    public var enclosure: Enclosure {
        switch self {
        case .add(_, .typed): .typed
        case .add(_, .file(let path)), .read(_, let path?): .file(path)
        case .login: .pin
        case .setDebug(_, let path?): .log(path)
        default: .nothing
        }
    }
}
