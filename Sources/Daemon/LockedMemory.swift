import CLinux
import COpenSSL

/// Memory that is never written to swap space, for secrets.
struct LockedMemory: CustomStringConvertible {
    /// What a gateway's preshared and private keys take, and those of some hundreds of SAs. More
    /// secrets than fit lie in ordinary memory.
    private static let size = 256 << 10
    /// Of the smallest block: a key of 256 bits.
    private static let granularity = 32

    /// Whether there is some, in words.
    let description: String

    /// Sets it up, to be called before there is a secret. Where there is no swap space, nothing is
    /// ever written there, and the memory is spared.
    init() {
        guard Self.hasSwapSpace else {
            description = "in memory (there is no swap space)"
            return
        }
        description =
            switch CRYPTO_secure_malloc_init(Self.size, Self.granularity) {
            case 1: "in \(Self.size) octets of locked memory"
            default: "in memory that may be swapped out (RLIMIT_MEMLOCK)"
            }
    }

    /// Whether /proc/swaps has a line beside its heading.
    private static var hasSwapSpace: Bool {
        let number = process_open("/proc/swaps", O_RDONLY, 0)
        guard number >= 0 else { return true }
        defer { close(number) }
        var text = [UInt8](repeating: 0, count: 1024)
        let count = read(number, &text, text.count)
        return text.prefix(max(0, count)).count(where: { $0 == UInt8(ascii: "\n") }) > 1
    }
}
