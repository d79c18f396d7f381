import CLinux
import IPsec

/// Why the kernel did not do what it was asked.
public enum KernelError: Error, Hashable, Sendable {
    /// There is an SA of that name already: the SPI clashes (EEXIST).
    case spiInUse(SADEntry.ID)
    /// There is no SA of that name (ESRCH).
    case unknownSA(SADEntry.ID)
    /// Anything else: what was tried, the error number, and the kernel's own words where it has any.
    case failed(operation: String, code: Int32, explanation: String?)

    /// The error number of the kernel.
    public var code: Int32 {
        switch self {
        case .spiInUse: EEXIST
        case .unknownSA: ESRCH
        case .failed(_, let code, _): code
        }
    }

    init(_ error: NetlinkError, during operation: String) {
        self = .failed(operation: operation, code: error.code, explanation: error.explanation)
    }
}

extension KernelError: CustomStringConvertible {
    /// `add inbound ESP 0xc0ffee01 to 192.0.2.1: Protocol not supported (EPROTONOSUPPORT): kernel
    /// says "Requested type not found"`.
    public var description: String {
        switch self {
        case .spiInUse(let id): return "\(id) exists already"
        case .unknownSA(let id): return "there is no \(id) in the kernel"
        case .failed(let operation, let code, let explanation):
            let said = explanation.map { ": kernel says \"\($0)\"" } ?? ""
            return "\(operation): \(Self.text(code))\(said)"
        }
    }

    /// `Protocol not supported (EPROTONOSUPPORT)`.
    private static func text(_ code: Int32) -> String {
        let words = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return name(code).map { "\(words) (\($0))" } ?? "\(words) (\(code))"
    }

    /// The symbols of the errors that XFRM gives.
    private static func name(_ code: Int32) -> String? {
        switch code {
        case EACCES: "EACCES"
        case EAFNOSUPPORT: "EAFNOSUPPORT"
        case EAGAIN: "EAGAIN"
        case EBADMSG: "EBADMSG"
        case EBUSY: "EBUSY"
        case EEXIST: "EEXIST"
        case EINTR: "EINTR"
        case EINVAL: "EINVAL"
        case EMSGSIZE: "EMSGSIZE"
        case ENOBUFS: "ENOBUFS"
        case ENODEV: "ENODEV"
        case ENOENT: "ENOENT"
        case ENOMEM: "ENOMEM"
        case ENOPROTOOPT: "ENOPROTOOPT"
        case ENOSYS: "ENOSYS"
        case EOPNOTSUPP: "EOPNOTSUPP"
        case EPERM: "EPERM"
        case EPROTONOSUPPORT: "EPROTONOSUPPORT"
        case ESRCH: "ESRCH"
        default: nil
        }
    }
}
