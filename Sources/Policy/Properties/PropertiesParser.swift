import Crypto

/// Reads ikev2d.conf(5): lines `name = value`, and the same from the command line.
struct PropertiesParser {
    private(set) var properties = Properties()
    private(set) var diagnostics: Diagnostics
    private(set) var hasErrors = false
    /// Where the value that holds was set.
    private var places: [Property: (source: Source, location: SourceLocation)] = [:]

    /// The most octets of a file.
    private static let sizeLimit = 1 << 20
    /// The most workers: more than that serve nothing but a mistake.
    private static let threads: ClosedRange<UInt64> = 1...64
    private static let truths = Vocabulary<Bool>([
        ("true", true), ("false", false), ("yes", true), ("no", false),
    ])
    private static let kernels = Vocabulary<KernelInterface>([
        ("xfrm", .xfrm), ("dry-run", .dryRun),
    ])

    init(_ diagnostics: Diagnostics) {
        self.diagnostics = diagnostics
    }

    // MARK: Lines

    /// Reads a file.
    mutating func parse(_ source: Source) {
        let octets = source.octets
        guard octets.count <= Self.sizeLimit else {
            error(
                "file has \(octets.count) octets; expected at most \(Self.sizeLimit)", in: source,
                at: .start, masking: .value)
            return
        }
        guard !octets.starts(with: Lexer.byteOrderMark) else {
            error("byte order mark; expected UTF-8 without one", in: source, at: .start)
            return
        }
        var start = 0
        var line = 1
        var seen: [Property: Int] = [:]
        while start < octets.count {
            let end = octets[start...].firstIndex(of: .lineFeed) ?? octets.count
            let content = octets[start..<end].last == .carriageReturn ? end - 1 : end
            let text = PropertyLine(source, start..<content, line: line, hasComments: true)
            if let property = parse(text) {
                if let first = seen[property] {
                    error(
                        "duplicate '\(text.name)'; expected it once (first on line \(first))",
                        in: source, at: text.location(of: text.nameRange), masking: .value)
                } else {
                    seen[property] = line
                    set(property, text)
                }
            }
            start = end + 1
            line += 1
        }
    }

    /// Reads a `name=value` of the command line.
    mutating func parse(override: String) {
        let source = Source(name: "-o", octets: Array(override.utf8))
        let text = PropertyLine(source, 0..<source.octets.count, line: 1, hasComments: false)
        if text.isEmpty {
            error("empty property; expected property=value", in: source, at: .start)
        } else if let property = parse(text) {
            if property == .tokenPIN {
                error(
                    "everybody can see command lines; expected the PIN in the properties file",
                    in: source, at: text.location(of: text.nameRange), masking: .value)
            } else {
                set(property, text)
            }
        }
    }

    /// The property of a line with a name, an equals sign and a value; `nil`, after a message
    /// unless the line is empty, for any other.
    private mutating func parse(_ line: PropertyLine) -> Property? {
        if let control = line.control {
            error(
                "control character; expected text", in: line.source,
                at: line.location(of: control..<control + 1), masking: .value)
            return nil
        }
        guard !line.isEmpty else { return nil }
        guard let property = Property.vocabulary[line.name] else {
            let nearest =
                Property.vocabulary["config/\(line.name)"] == nil
                ? Property.vocabulary.nearest(to: line.name) : "config/\(line.name)"
            error(
                "unknown property \(line.quotedName); expected one of ikev2d.conf(5)"
                    + (nearest.map { " (did you mean '\($0)'?)" } ?? ""),
                in: line.source, at: line.location(of: line.nameRange), masking: .value)
            return nil
        }
        guard line.hasEquals else {
            error(
                "no '=' after '\(line.name)'; expected name = value", in: line.source,
                at: line.location(of: line.valueRange), masking: .value)
            return nil
        }
        return property
    }

    // MARK: Values

    private mutating func set(_ property: Property, _ line: PropertyLine) {
        let location = line.location(of: line.valueRange)
        do throws(Malformed) {
            guard !line.value.isEmpty else {
                throw Malformed("'\(line.name)' has no value; expected one", at: location)
            }
            try assign(property, line)
        } catch {
            self.error(
                error.message, in: line.source, at: error.location,
                masking: property.isSecret ? .value : .nothing)
            return
        }
        places[property] = (line.source, location)
    }

    private mutating func assign(_ property: Property, _ line: PropertyLine) throws(Malformed) {
        switch property {
        case .configFile: properties.configFile = try line.path()
        case .presharedFile: properties.presharedFile = try line.path()
        case .kmfPolicy: properties.kmfPolicy = try line.path()
        case .debugLevel: properties.debugLevel = try line.categories()
        case .debugLogfile: properties.debugLogfile = try line.destination()
        case .ignoreErrors: properties.ignoreErrors = try truth(line)
        case .minThreads: properties.minThreads = try threads(line)
        case .maxThreads: properties.maxThreads = try threads(line)
        case .responseWaitTime:
            let seconds = try line.number(1...3600, "1 to 3600 seconds")
            properties.responseWaitTime = UInt32(truncatingIfNeeded: seconds)
        case .fragmentationEnable: properties.fragmentationEnable = try truth(line)
        case .fragmentationMTU:
            let octets = try line.number(576...9216, "576 to 9216 octets")
            properties.fragmentationMTU = UInt16(truncatingIfNeeded: octets)
        case .tokenURI:
            guard line.value.hasPrefix("pkcs11:") else {
                throw line.malformed("value is no PKCS#11 URI; expected one, pkcs11:…")
            }
            properties.pkcs11TokenURI = line.value
        case .tokenPIN:
            properties.pkcs11TokenPIN = Secret(
                copying: line.source.octets.span.extracting(line.valueRange))
        case .user: properties.user = try line.account()
        case .keystore: properties.keystore = try line.path()
        case .adminSocket: properties.adminSocket = try line.path()
        case .policyState: properties.policyState = try line.path()
        case .ikePort: properties.ikePort = try port(line)
        case .nattPort: properties.nattPort = try port(line)
        case .allowKeydump: properties.allowKeydump = try truth(line)
        case .sandbox: properties.sandbox = try truth(line)
        case .kernel: properties.kernel = try line.meaning(in: Self.kernels, "xfrm or dry-run")
        }
    }

    private func truth(_ line: PropertyLine) throws(Malformed) -> Bool {
        try line.meaning(in: Self.truths, "true or false")
    }

    private func threads(_ line: PropertyLine) throws(Malformed) -> Int {
        Int(truncatingIfNeeded: try line.number(Self.threads, "1 to 64 threads"))
    }

    private func port(_ line: PropertyLine) throws(Malformed) -> UInt16 {
        UInt16(truncatingIfNeeded: try line.number(1...65535, "a port of 1 to 65535"))
    }

    // MARK: Together

    /// Looks at what the values are to each other, once all are known.
    mutating func finish() {
        if let most = properties.maxThreads, properties.minThreads > most,
            let place = places[.minThreads] ?? places[.maxThreads]
        {
            error(
                "config/min_threads \(properties.minThreads) is above config/max_threads \(most); "
                    + "expected at most \(most)", in: place.source, at: place.location)
        }
        if properties.ikePort == properties.nattPort,
            let place = places[.nattPort] ?? places[.ikePort]
        {
            error(
                "config/ike_port and config/natt_port are both \(properties.ikePort); "
                    + "expected two ports", in: place.source, at: place.location)
        }
    }

    private mutating func error(
        _ message: String, in source: Source, at location: SourceLocation,
        masking: Masking = .nothing
    ) {
        hasErrors = true
        diagnostics.add(Diagnostic(.error, message, in: source, at: location, masking: masking))
    }
}
