import CLinux

/// A file descriptor with one owner, closed with it.
public final class Descriptor {
    /// The descriptor's number. It must not outlive this object.
    public let number: Int32

    /// Takes over an open descriptor.
    public init(owning number: Int32) {
        self.number = number
    }

    /// Takes over what a system call returned, or throws why it returned none.
    convenience init(
        owning number: Int32, from operation: @autoclosure () -> String
    ) throws(ReactorError) {
        guard number >= 0 else { throw ReactorError(operation()) }
        self.init(owning: number)
    }

    deinit { close(number) }
}
