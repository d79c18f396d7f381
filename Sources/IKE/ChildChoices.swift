import IPsec
import Policy

/// What a Child SA may use, and who says so.
struct ChildChoices {
    /// Who says so.
    private enum Origin {
        /// A rule, by its label.
        case rule(String)
        /// ipsecinit.conf(5), for the policies of a reqid.
        case policy(reqid: UInt32)
    }

    /// The dearest first.
    let transforms: [ChildTransform]
    private let origin: Origin

    /// Those of a rule.
    init(_ rule: Rule) {
        transforms = rule.childTransforms
        origin = .rule(rule.label)
    }

    /// Those of the policies of a template, where these say what they want; else the rule's.
    init(_ rule: Rule, _ template: Template, _ algorithms: [UInt32: PolicyAlgorithms]) {
        if let wanted = algorithms[template.reqid] {
            transforms = wanted.transforms
            origin = .policy(reqid: template.reqid)
        } else {
            transforms = rule.childTransforms
            origin = .rule(rule.label)
        }
    }

    /// One of them as the log names it: `childsa_xform 1 of rule 'x'`.
    func name(_ place: Int) -> String {
        switch origin {
        case .rule(let label): "childsa_xform \(place + 1) of rule '\(label)'"
        case .policy(let reqid): "choice \(place + 1) of the IPsec policy with reqid \(reqid)"
        }
    }

    /// What is said where a template allows none of them; the rule stands before it.
    var whatIsMissing: String {
        switch origin {
        case .rule: "algorithm of childsa_xform"
        case .policy: "algorithm of its entry in ipsecinit.conf"
        }
    }

    /// The same about a peer's proposals.
    var whatIsRefused: String {
        switch origin {
        case .rule(let label): "of rule '\(label)' it allows no childsa_xform"
        case .policy: "it allows no algorithm of its entry in ipsecinit.conf"
        }
    }
}

extension Engine {
    /// What Child SAs for a template may use.
    func choices(_ rule: Rule, _ template: Template) -> ChildChoices {
        ChildChoices(rule, template, policyAlgorithms)
    }
}
