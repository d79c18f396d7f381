import Console
import Crypto
import IKE
import Keystore
import CLinux
import Kernel
import Policy
import Reactor

/// The way from a command line to a daemon that serves.
struct Service {
    private let properties: Properties
    private let files: ConfigurationFiles
    private let secrets: LockedMemory
    private let isDebugging: Bool
    private let account: Account
    private let serviceManager: ServiceManager?
    /// What there is to say of the properties, and then of the files.
    private var report: Report

    /// Serves until told to end.
    static func run(_ invocation: Invocation) -> ExitCode {
        let serviceManager = ServiceManager()
        // Whether it is whoever started the daemon that looks after it.
        let isAttached = invocation.isDebugging || serviceManager != nil
        do throws(Failure) {
            guard !isAttached else {
                var service = try Service(invocation, serviceManager)
                try service.serve(pidFile: nil) { () throws(Failure) in }
                return .success
            }
            // First of all: locks on memory do not pass to another process.
            let detachment = try Detachment.begin()
            do throws(Failure) {
                var service = try Service(invocation, nil)
                try service.serve(pidFile: PIDFile.path) { () throws(Failure) in
                    try detachment.complete()
                }
                return .success
            } catch {
                // Before the first process ends, and with it the shell's wait.
                let code = Self.tell(error)
                detachment.fail(code)
                return code
            }
        } catch {
            return tell(error)
        }
    }

    private static func tell(_ failure: Failure) -> ExitCode {
        Terminal.complain("in.ikev2d: \(failure.message)")
        return failure.exitCode
    }

    private init(
        _ invocation: Invocation, _ serviceManager: ServiceManager?
    ) throws(Failure) {
        secrets = LockedMemory()
        self.serviceManager = serviceManager
        var report = Report()
        guard let properties = Properties.load(for: invocation, into: &report) else {
            report.print()
            throw Failure("not started: \(report.summary)", exitCode: .configuration)
        }
        guard let account = try Account.ofDaemon(properties) else {
            report.print()
            throw Failure(
                "no account '\(properties.user)' (config/user); expected one to run as",
                exitCode: .configuration)
        }
        self.account = account
        self.properties = properties.with(invocation)
        isDebugging = invocation.isDebugging
        files = try ConfigurationFiles(self.properties, owner: account)
        self.report = report
    }

    /// What the files say; `nil` when they have errors that are to be ignored.
    private mutating func load() throws(Failure) -> ConfigurationFiles.Contents? {
        let contents = files.load(into: &report)
        report.print()
        if contents == nil, !properties.ignoreErrors {
            throw Failure("not started: \(report.summary)", exitCode: .configuration)
        }
        return contents
    }

    /// Everything from the first socket to the last peer. What needs root comes first.
    private mutating func serve(
        pidFile path: String?, whenReady: () throws(Failure) -> Void
    ) throws(Failure) {
        let contents = try load()
        // No longer in the way of whoever wants to unmount what it was started from.
        if path != nil { chdir("/") }
        Self.takeSignals()
        let standardError = try LogOutput.standardError()
        let loop: EventLoop
        let kernel: XFRM
        let sockets: Sockets
        do throws(ReactorError) {
            loop = try EventLoop()
            sockets = try Sockets(
                properties, kept: serviceManager == nil ? [] : ServiceManager.keptDescriptors(),
                on: loop)
        } catch {
            throw Failure(error.description)
        }
        do throws(KernelError) {
            kernel = try XFRM(dryRun: properties.kernel == .dryRun)
        } catch {
            throw Failure(error.description)
        }
        if Account.isPrivileged {
            if path != nil || properties.adminSocket.hasPrefix(PIDFile.directory + "/") {
                try PIDFile.makeDirectory(for: account)
            }
            if account.user != 0 { try Privileges.drop(to: account) }
        }
        try Privileges.harden()
        let sandbox = Sandbox(properties, contents?.policy)
        let capabilities = Privileges.capabilities
        let (restrictedFiles, filteredCalls) = (sandbox.restrictFiles(), sandbox.filterCalls())

        let sink = try LogSink(destination(of: standardError), standardError: standardError)
        let pidFile = try path.map { (path) throws(Failure) in try PIDFile(path) }
        // Autoclosures lose the type of what they throw.
        let inForce: ConfigurationFiles.Contents
        if let contents { inForce = contents } else { inForce = try .none() }
        let shell = try Shell(
            properties, files: files, contents: inForce, sink: sink, kernel: kernel,
            sockets: sockets, listener: listener(to: sink), loop: loop,
            serviceManager: serviceManager)
        try whenReady()
        announce(contents, to: sink)
        announce(capabilities, restrictedFiles, filteredCalls, to: sink)
        do throws(Failure) {
            try shell.run()
        } catch {
            sink.write(.error, error.message)
            throw error
        }
        sink.write(.notice, "ended")
        withExtendedLifetime(pidFile) {}
    }

    /// The socket of ikeadm(8), for root, for us, and for our group to look. The peers matter more:
    /// without the socket the daemon serves them all the same.
    private func listener(to sink: LogSink) -> LocalListener? {
        do throws(ReactorError) {
            return try LocalListener(path: properties.adminSocket, owner: nil, mode: 0o660)
        } catch {
            sink.write(.warning, "ikeadm cannot connect: \(error) (config/admin_socket)")
            return nil
        }
    }

    /// Whoever started us may have blocked signals that we are to obey.
    private static func takeSignals() {
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
        process_ignore_signal(SIGPIPE)
    }

    private func announce(_ contents: ConfigurationFiles.Contents?, to sink: LogSink) {
        if properties.kernel == .dryRun { sink.write(.notice, Shell.dryRun) }
        if contents == nil {
            sink.write(
                .error,
                "the configuration has errors and config/ignore_errors is true: "
                    + "no rule is in force before a refresh succeeds")
        }
        for path in [files.configFile, files.presharedFile, files.policyFile.path]
        where !canRead(path) {
            sink.write(
                .warning,
                "\(path.printable) cannot be read by '\(account.name)': a refresh will fail; "
                    + "expected it to belong to '\(account.name)'")
        }
        sink.write(
            .notice,
            "in.ikev2d \(version) ready: "
                + "\(Report.count(contents?.configuration.rules.count ?? 0, "rule")), UDP ports "
                + "\(properties.ikePort) and \(properties.nattPort), user '\(account.name)'")
    }

    /// Says what the daemon runs with, and warns of what was wanted and is not in force.
    private func announce(
        _ capabilities: String, _ restrictedFiles: Sandbox.Part, _ filteredCalls: Sandbox.Part,
        to sink: LogSink
    ) {
        for (name, part) in [("files", restrictedFiles), ("system calls", filteredCalls)] {
            guard case .refused(let reason) = part else { continue }
            sink.write(.warning, "all \(name) stay open to the daemon: \(reason)")
        }
        guard isDebugging else { return }
        sink.write(
            .notice,
            "privileges: \(capabilities), no new ones, no core dump; files: "
                + "\(restrictedFiles); system calls: \(filteredCalls); secrets: \(secrets)")
    }

    /// Whether a refresh will find a file that is there now.
    private func canRead(_ path: String) -> Bool {
        access(path, F_OK) != 0 && process_errno() == ENOENT || access(path, R_OK) == 0
    }

    private func destination(of standardError: LogOutput) -> LogSink.Destination {
        let style: LogLine.Style =
            serviceManager != nil
            ? .service : .terminal(hasColour: standardError.isTerminal)
        return switch properties.debugLogfile {
        case .standardError: .standardError(style)
        case .syslog: .syslog
        case .file(let path): .file(path)
        case .default: isDebugging || serviceManager != nil ? .standardError(style) : .syslog
        }
    }
}

extension ConfigurationFiles {
    init(_ properties: Properties, owner: Account?) throws(Failure) {
        var pin = properties.pkcs11TokenPIN
        if let credential = try PINFile.credential() { pin = credential }
        self.init(
            configFile: properties.configFile, presharedFile: properties.presharedFile,
            policyFile: PolicyFile(path: properties.kmfPolicy, owner: owner),
            keystore: KeystoreFiles(
                directory: properties.keystore, pin: pin, owner: owner,
                token: properties.pkcs11TokenURI.map { TokenAccess(uri: $0, pin: pin) }),
            owner: owner)
    }
}

extension ConfigurationFiles.Contents {
    /// No rules, no keys and no certificates.
    static func none() throws(Failure) -> ConfigurationFiles.Contents {
        do throws(CryptoError) {
            return ConfigurationFiles.Contents(
                parts: Parts(
                    configuration: Configuration(), keys: PresharedKeys(), policy: .default,
                    keystore: Keystore()),
                credentials: try .none())
        } catch {
            throw Failure("libcrypto: \(error)")
        }
    }
}

extension Properties {
    /// The property that `-d` raises unless the command line sets it.
    private static let debugLevelName = "config/debug_level"

    /// The properties with what the command line says beside `-o`.
    func with(_ invocation: Invocation) -> Properties {
        var properties = self
        if let path = invocation.configFile {
            properties.configFile = invocation.isDebugging ? path : Self.absolute(path)
        }
        let isSet = invocation.overrides.contains { $0.hasPrefix(Self.debugLevelName) }
        if invocation.isDebugging, !isSet, debugLevel == Properties().debugLevel {
            properties.debugLevel = .all
        }
        return properties
    }
}
