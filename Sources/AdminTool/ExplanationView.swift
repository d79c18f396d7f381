import Admin

// What `explain` shows: first how it is, then all that leads there.

extension Value {
    /// The last notices and warnings.
    var eventLines: [TextView.Tagged] {
        [TextView.Tagged(tag: "EVENT:", text: "\(ago("secs_ago")): \(string("text"))")]
    }

    /// An explanation.
    var explanationLines: [TextView.Tagged] {
        [
            TextView.Tagged(tag: "STATE:", text: "\(string("state")): \(string("verdict"))"),
            TextView.Tagged(tag: "LOCIP:", text: string("local")),
            TextView.Tagged(tag: "REMIP:", text: string("remote")),
        ] + ruleChoiceLines + policyLines + proposalLines + lackLines + saLines + failureLines
    }

    private func string(_ name: String) -> String { self[name]?.text ?? "" }

    private func number(_ name: String) -> UInt64 { self[name]?.number ?? 0 }

    private func lines(
        _ name: String, _ tag: String, _ text: (Value) -> String
    ) -> [TextView.Tagged] {
        (self[name]?.elements ?? []).map { TextView.Tagged(tag: tag, text: text($0)) }
    }

    /// `12 s ago`.
    private func ago(_ name: String) -> String {
        let seconds = number(name)
        return switch seconds {
        case ..<120: "\(seconds) s ago"
        case ..<7200: "\(seconds / 60) min ago"
        default: "\(seconds / 3600) h ago"
        }
    }

    private var ruleChoiceLines: [TextView.Tagged] {
        var all = lines("passed_rules", "RULES:") {
            "not '\($0.string("rule"))', line \($0.number("line")): \($0.string("why"))"
        }
        if self["rule"] != nil {
            all.append(
                TextView.Tagged(
                    tag: "RULES:", text: "'\(string("rule"))', line \(number("line")), serves it"))
        }
        all += lines("shadowed_rules", "RULES:") {
            "not '\($0.string("rule"))', line \($0.number("line")): \($0.string("why"))"
        }
        let others = number("other_rules")
        if others > 0 {
            all.append(
                TextView.Tagged(
                    tag: "RULES:",
                    text: "\(others) other\(others == 1 ? " is" : "s are") for other peers"))
        }
        return all
    }

    private var policyLines: [TextView.Tagged] {
        let others = number("other_policies")
        return listedPolicyLines
            + (others == 0 ? [] : [TextView.Tagged(tag: "POLCY:", text: "and \(others) more")])
    }

    private var listedPolicyLines: [TextView.Tagged] {
        lines("policies", "POLCY:") { policy in
            let head =
                "\(policy.string("selector")), \(policy.string("protocol")) in "
                + "\(policy.string("mode")) mode, reqid \(policy.number("reqid")), if_id "
                + "\(policy.number("if_id")), priority \(policy.number("priority"))"
            if let problem = policy["problem"]?.text { return "\(head): \(problem)" }
            return head
                + (policy["child_sa"]?.isTrue == true
                    ? ": a Child SA stands" : ": no Child SA stands")
        }
    }

    private var proposalLines: [TextView.Tagged] {
        var all =
            lines("ikesa_xform", "XFORM:") { "{ \($0.text ?? "") }" }
            + lines("childsa_xform", "CHILD:") { "{ \($0.text ?? "") }" }
        let groups = (self["childsa_pfs"]?.elements ?? []).compactMap { $0.text }
        if !groups.isEmpty {
            all.append(
                TextView.Tagged(tag: "GROUP:", text: "PFS " + groups.joined(separator: ", ")))
        }
        return all
    }

    private var lackLines: [TextView.Tagged] {
        (self["lacks"]?.elements ?? []).map { lack in
            TextView.Tagged(
                tag: lack["grave"]?.isTrue == true ? "LACKS:" : "NOTED:",
                text: lack.string("text"))
        }
    }

    private var saLines: [TextView.Tagged] {
        lines("ikesas", "IKESA:") { sa in
            let children = (sa["child_spis"]?.elements ?? []).compactMap { $0.text }
            var text =
                "Initiator \(sa.string("initiator_spi")), Responder "
                + "\(sa.string("responder_spi")), \(sa.string("state")) as \(sa.string("role")), "
                + "\(sa.number("age_secs")) s old"
            if let rekey = sa["rekey_in_secs"]?.number { text += ", rekeyed in \(rekey) s" }
            text +=
                children.isEmpty
                ? ", no Child SA" : ", Child SA " + children.joined(separator: ", ")
            return text
        }
    }

    private var failureLines: [TextView.Tagged] {
        lines("failures", "FAILD:") { failure in
            var text = failure.ago("secs_ago")
            let count = failure.number("count")
            if count > 1 { text += ", \(count) times since \(failure.ago("first_secs_ago"))" }
            if let rule = failure["rule"]?.text { text += ", rule '\(rule)'" }
            return "\(text): \(failure.string("text"))"
        }
    }
}
