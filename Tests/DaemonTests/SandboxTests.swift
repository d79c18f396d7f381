import CLinux
import Foundation
import Policy
import Testing

@testable import Daemon

/// What the daemon gives up, tried from inside.
@Suite struct SandboxTests {
    /// A test that ends here failed.
    private static func refuse(_ code: Int32, with expected: Int32, number: Int32) {
        if code != -1 || errno != expected { _exit(number) }
    }

    @Test func noOtherSystemCallIsMade() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let sandbox = Sandbox(Properties(), nil)
            if case .refused = sandbox.filterCalls() { _exit(99) }
            // What those who take a process over reach for first.
            let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/true"), nil]
            SandboxTests.refuse(execv("/bin/true", arguments), with: EPERM, number: 1)
            SandboxTests.refuse(fork(), with: EPERM, number: 2)
            SandboxTests.refuse(
                socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0), with: EPERM, number: 3)
            SandboxTests.refuse(chroot("/"), with: EPERM, number: 4)
            SandboxTests.refuse(kill(getppid(), 0), with: EPERM, number: 5)
            SandboxTests.refuse(setuid(0), with: EPERM, number: 6)
            SandboxTests.refuse(mount("none", "/mnt", "tmpfs", 0, nil), with: EPERM, number: 7)
            let both = mmap(
                nil, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            if both != MAP_FAILED { _exit(8) }
            let page = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            if page == MAP_FAILED { _exit(9) }
            SandboxTests.refuse(
                mprotect(page, 4096, PROT_READ | PROT_EXEC), with: EPERM, number: 10)
            SandboxTests.refuse(
                process_control(PR_SET_DUMPABLE, 1), with: EPERM, number: 11)
            // What it does need still works, threads among it.
            var thread = pthread_t()
            if pthread_create(&thread, nil, { _ in nil }, nil) != 0 { _exit(12) }
            if pthread_join(thread, nil) != 0 { _exit(13) }
            if socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), 0) < 0 { _exit(14) }
            _exit(0)
        }
    }

    @Test func noOtherFileIsOpened() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let place = "/tmp/in.ikev2d-sandbox-\(getpid())"
            mkdir(place, 0o755)
            for directory in ["etc", "lib", "lib/keystore", "run", "elsewhere", "dns"] {
                mkdir("\(place)/\(directory)", 0o755)
                close(open("\(place)/\(directory)/file", O_CREAT | O_RDWR, 0o644))
            }
            var properties = Properties()
            properties.configFile = "\(place)/etc/ikev2.config"
            properties.presharedFile = "\(place)/etc/ikev2.preshared"
            properties.kmfPolicy = "\(place)/etc/kmf-policy.xml"
            properties.keystore = "\(place)/lib/keystore"
            properties.adminSocket = "\(place)/run/socket"
            var number: Int32 = 1
            func expect(_ path: String, _ flags: Int32, allowed: Bool) {
                let opened = open(path, flags, 0o600)
                if allowed ? opened < 0 : opened >= 0 || errno != EACCES { _exit(number) }
                close(opened)
                number += 1
            }
            symlink("\(place)/dns/file", "\(place)/etc/resolv.conf")
            let sandbox = Sandbox(properties, nil, resolver: "\(place)/etc/resolv.conf")
            if case .refused = sandbox.restrictFiles() { _exit(99) }
            expect("\(place)/etc/resolv.conf", O_RDONLY, allowed: true)
            expect("\(place)/etc/file", O_RDONLY, allowed: true)
            expect("\(place)/etc/file", O_WRONLY, allowed: false)
            expect("\(place)/etc/new", O_CREAT | O_WRONLY, allowed: false)
            expect("\(place)/lib/keystore/file", O_RDONLY, allowed: true)
            expect("\(place)/lib/keystore/new", O_CREAT | O_WRONLY, allowed: true)
            expect("\(place)/run/new", O_CREAT | O_WRONLY, allowed: true)
            expect("\(place)/elsewhere/file", O_RDONLY, allowed: false)
            expect("/root", O_RDONLY, allowed: false)
            expect("/proc/1/environ", O_RDONLY, allowed: false)
            expect("/etc/resolv.conf", O_RDONLY, allowed: true)
            expect("/etc/passwd", O_WRONLY, allowed: false)
            // Not even where it may write is anything executed.
            let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
            if execv("/bin/true", arguments) != -1 || errno != EACCES { _exit(98) }
            for directory in ["lib/keystore", "run"] {
                unlink("\(place)/\(directory)/file")
                unlink("\(place)/\(directory)/new")
            }
            _exit(0)
        }
        _ = try? Program.shell("rm -rf /tmp/in.ikev2d-sandbox-*")
    }

    @Test func aDaemonStartedByRootHasLittleLeft() throws {
        let scratch = try Scratch()
        let place = try Place()
        let config = try scratch.write(
            """
            ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }
            { label "peer" auth_method preshared local_addr 10.9.0.1 remote_addr 10.9.0.2 }

            """, to: "config")
        let keys = try scratch.write("{ label \"peer\" key \"k\" }\n", to: "keys", mode: 0o600)
        let daemon = try RunningDaemon(
            in: place, config: config, preshared: keys, scratch: scratch, log: "log",
            arguments: ["-o", "config/user=nobody"])
        try daemon.says("system calls: \(SANDBOX_CALL_COUNT) of them")
        #expect(
            daemon.text.contains("privileges: CAP_NET_ADMIN, CAP_NET_BIND_SERVICE, no new ones"))

        let text = try String(
            contentsOfFile: "/proc/\(daemon.process.processIdentifier)/status", encoding: .utf8)
        let status = Dictionary(
            uniqueKeysWithValues: text.split(separator: "\n").compactMap { line in
                line.firstIndex(of: ":").map { colon in
                    (
                        String(line[..<colon]),
                        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                    )
                }
            })
        let kept = String(
            UInt64(1) << CAP_NET_ADMIN | UInt64(1) << CAP_NET_BIND_SERVICE, radix: 16)
        let padded = String(repeating: "0", count: 16 - kept.count) + kept
        #expect(status["CapEff"] == padded && status["CapPrm"] == padded)
        #expect(status["CapInh"] == String(repeating: "0", count: 16))
        #expect(status["NoNewPrivs"] == "1")
        #expect(status["Seccomp"] == "2")
        let nobody = try #require(getpwnam("nobody"))
        let user = "\(nobody.pointee.pw_uid)"
        #expect(status["Uid"] == [user, user, user, user].joined(separator: "\t"))
        // No other thread has more.
        let threads = try FileManager.default.contentsOfDirectory(
            atPath: "/proc/\(daemon.process.processIdentifier)/task")
        for thread in threads {
            let text = try String(
                contentsOfFile: "/proc/\(daemon.process.processIdentifier)/task/\(thread)/status",
                encoding: .utf8)
            #expect(text.contains("Seccomp:\t2\n") && text.contains("CapEff:\t\(padded)\n"))
        }
    }
}
