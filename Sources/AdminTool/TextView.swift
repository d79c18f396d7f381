import Admin

/// Text for people, and for scripts that know the tags: every object begins with a blank line, and its
/// lines with a tag of six columns.
final class TextView: View {
    private let output: Output
    private let lines: (Value) -> [Tagged]
    private let endsWithWords: Bool

    /// A line of an object.
    struct Tagged {
        let tag: String
        let text: String
    }

    private init(
        _ output: Output, endsWithWords: Bool = false, _ lines: @escaping (Value) -> [Tagged]
    ) {
        self.output = output
        self.lines = lines
        self.endsWithWords = endsWithWords
    }

    /// The view that fits a request.
    static func of(_ request: Request, _ output: Output) -> any View {
        switch request {
        case .dump(.ikeSAs, _): TableView(output, .ikeSAs)
        case .dump(.childSAs, _): TableView(output, .childSAs)
        case .dump(.rules, _): TextView(output, endsWithWords: true) { $0.ruleLines }
        case .dump(.presharedKeys, _): TextView(output, endsWithWords: true) { $0.keyLines }
        case .dump(.certificates, _): TextView(output, endsWithWords: true) { $0.certificateLines }
        case .dump(.events, _): TextView(output, endsWithWords: true) { $0.eventLines }
        case .explain: TextView(output) { $0.explanationLines }
        case .dump: TableView(output, .algorithms)
        case .show(.ikeSA), .show(.ikeSABetween): TextView(output) { $0.ikeSALines }
        case .show(.childSA): TextView(output) { $0.childSALines }
        case .show(.rule): TextView(output) { $0.ruleLines }
        case .show(.presharedKey): TextView(output) { $0.keyLines }
        case .get: TreeView(output)
        default: TextView(output, endsWithWords: true) { _ in [] }
        }
    }

    func show(_ value: Value) {
        output.line()
        for line in lines(value) { output.line("\(line.tag) \(line.text)") }
    }

    func finish(_ words: String) {
        if endsWithWords, !words.isEmpty { output.line(words) }
    }
}

extension Value {
    private func list(_ name: String) -> String {
        (self[name]?.elements ?? []).compactMap { $0.text }.joined(separator: ", ")
    }

    private func word(_ name: String) -> String {
        switch self[name] {
        case .text(let text)?: text
        case .number(let number)?: "\(number)"
        case .key(let key)?: key.hexadecimal
        case .flag(let isSet)?: isSet ? "yes" : "no"
        default: ""
        }
    }

    private func end(_ name: String) -> String {
        let end = self[name]
        return "\(end?["address"]?.text ?? "")[\(end?["port"]?.number ?? 0)]"
    }

    /// How old it is, and how old it gets.
    private var times: String {
        var times = "\(word("age_secs")) s old"
        if self["rekey_in_secs"] != nil { times += ", rekeyed in \(word("rekey_in_secs")) s" }
        if self["expires_in_secs"] != nil { times += ", ends in \(word("expires_in_secs")) s" }
        return times
    }

    fileprivate var ikeSALines: [TextView.Tagged] {
        var lines = [
            TextView.Tagged(
                tag: "IKESA:",
                text: "Initiator \(word("initiator_spi")), Responder \(word("responder_spi"))"),
            TextView.Tagged(
                tag: "STATE:", text: "\(word("state")), \(word("role")), rule '\(word("rule"))'"),
            TextView.Tagged(tag: "LOCIP:", text: end("local")),
            TextView.Tagged(tag: "REMIP:", text: end("remote")),
        ]
        if self["local_id"] != nil {
            lines.append(TextView.Tagged(tag: "LOCID:", text: word("local_id")))
            lines.append(TextView.Tagged(tag: "REMID:", text: word("remote_id")))
        }
        lines.append(TextView.Tagged(tag: "XFORM:", text: list("transforms")))
        lines.append(TextView.Tagged(tag: "LIFTM:", text: times))
        lines.append(
            TextView.Tagged(
                tag: "USAGE:",
                text: "\(word("retransmissions")) retransmissions, \(word("requests_waiting")) "
                    + "requests wait; NAT here \(word("nat_local")), there \(word("nat_remote")); "
                    + "fragments \(word("fragmentation")), MOBIKE \(word("mobike"))"))
        lines.append(TextView.Tagged(tag: "CHILD:", text: list("child_spis")))
        if let keys = self["keys"] {
            for (tag, name) in [
                ("SK_D: ", "sk_d"), ("SK_AI:", "sk_ai"), ("SK_AR:", "sk_ar"), ("SK_EI:", "sk_ei"),
                ("SK_ER:", "sk_er"),
            ] {
                lines.append(TextView.Tagged(tag: tag, text: keys.word(name)))
            }
        }
        return lines
    }

    fileprivate var childSALines: [TextView.Tagged] {
        var lines = [
            TextView.Tagged(
                tag: "CHILD:", text: "SPI in \(word("spi_in")), out \(word("spi_out"))"),
            TextView.Tagged(
                tag: "STATE:",
                text: "\(word("state")), \(word("mode")) mode, rule '\(word("rule"))'"),
            TextView.Tagged(tag: "XFORM:", text: word("suite")),
            TextView.Tagged(tag: "LOCIP:", text: word("local")),
            TextView.Tagged(tag: "REMIP:", text: word("remote")),
            TextView.Tagged(tag: "LOCTS:", text: list("local_ts")),
            TextView.Tagged(tag: "REMTS:", text: list("remote_ts")),
            TextView.Tagged(tag: "POLCY:", text: "reqid \(word("reqid")), if_id \(word("if_id"))"),
            TextView.Tagged(
                tag: "IKESA:",
                text: "Initiator \(word("initiator_spi")), Responder \(word("responder_spi"))"),
        ]
        if self["age_secs"] != nil {
            lines.append(TextView.Tagged(tag: "LIFTM:", text: times))
        }
        for (tag, direction) in [("IN:   ", "in"), ("OUT:  ", "out")]
        where self["octets_\(direction)"] != nil {
            lines.append(
                TextView.Tagged(
                    tag: tag,
                    text: "\(word("octets_\(direction)")) octets in "
                        + "\(word("packets_\(direction)")) packets"))
        }
        for (tag, name) in [
            ("ENCIN:", "encr_key_in"), ("AUTIN:", "auth_key_in"), ("ENCOU:", "encr_key_out"),
            ("AUTOU:", "auth_key_out"),
        ] where self[name] != nil {
            lines.append(TextView.Tagged(tag: tag, text: word(name)))
        }
        return lines
    }

    fileprivate var ruleLines: [TextView.Tagged] {
        var lines = [
            TextView.Tagged(
                tag: "GLOBL:",
                text: "Label '\(word("label"))', local auth \(word("local_auth_method")), "
                    + "remote auth \(word("remote_auth_method"))"),
            TextView.Tagged(tag: "LOCIP:", text: list("local_addr")),
            TextView.Tagged(tag: "REMIP:", text: list("remote_addr")),
        ]
        if self["local_id"] != nil {
            lines.append(TextView.Tagged(tag: "LOCID:", text: word("local_id")))
        }
        if !list("remote_id").isEmpty {
            lines.append(TextView.Tagged(tag: "REMID:", text: list("remote_id")))
        }
        for (tag, name) in [("XFORM:", "ikesa_xform"), ("CHILD:", "childsa_xform")] {
            lines += (self[name]?.elements ?? []).map {
                TextView.Tagged(tag: tag, text: "{ \($0.text ?? "") }")
            }
        }
        lines.append(
            TextView.Tagged(
                tag: "LIFTM:",
                text: "IKE SA \(word("ikesa_lifetime_secs")) s; Child SA "
                    + "\(word("childsa_softlife_secs")) s, at the most "
                    + "\(word("childsa_lifetime_secs")) s"))
        return lines
    }

    fileprivate var keyLines: [TextView.Tagged] {
        var lines = [
            TextView.Tagged(
                tag: "PSKEY:",
                text: "Label '\(word("label"))', local key \(word("local_key")), remote key "
                    + word("remote_key"))
        ]
        for (tag, name) in [("LOKEY:", "local_key_octets"), ("REKEY:", "remote_key_octets")]
        where self[name] != nil {
            lines.append(TextView.Tagged(tag: tag, text: word(name)))
        }
        return lines
    }

    fileprivate var certificateLines: [TextView.Tagged] {
        let life = self["expired"]?.isTrue == true ? "expired" : "\(word("days_left")) days left"
        return [
            TextView.Tagged(tag: "SUBJT:", text: word("subject")),
            TextView.Tagged(tag: "ISSUR:", text: word("issuer")),
            TextView.Tagged(tag: "SERAL:", text: word("serial")),
            TextView.Tagged(
                tag: "USAGE:",
                text: "\(word("key")), private key \(word("private_key")), \(life)"),
        ]
    }
}
