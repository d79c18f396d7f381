import Admin
import IKE
import IPsec
import Net
import Policy
import Wire

// An explanation as ikeadm(8) shows it. The names are those of its JSON.

extension Value {
    init(_ explanation: Explanation, at now: Instant) {
        var members: [Member] = [
            Member("local", .text("\(explanation.local)")),
            Member("remote", .text("\(explanation.remote)")),
            Member("state", .text(explanation.state.rawValue)),
            Member("verdict", .text(explanation.verdict)),
        ]
        if let rule = explanation.rule {
            members += [
                Member("rule", .text(rule.label)), Member("line", .number(UInt64(rule.line))),
                Member("ikesa_xform", .array(rule.ikeTransforms.map { .text($0.text) })),
                Member("childsa_xform", .array(rule.childTransforms.map { .text($0.text) })),
                Member("childsa_pfs", .array(rule.pfsGroups.map { .text($0.name) })),
            ]
        }
        members += [
            Member("passed_rules", .array(explanation.passed.map { Value($0) })),
            Member("shadowed_rules", .array(explanation.shadowed.map { Value($0) })),
            Member("other_rules", .number(UInt64(max(0, explanation.unrelated)))),
            Member("policies", .array(explanation.policies.map { Value($0) })),
            Member("other_policies", .number(UInt64(max(0, explanation.unlistedPolicies)))),
            Member("lacks", .array(explanation.lacks.map { Value($0) })),
            Member("ikesas", .array(explanation.ikeSAs.map { Value(brief: $0) })),
            Member("failures", .array(explanation.failures.map { Value($0, at: now) })),
        ]
        self = .object(members)
    }

    private init(_ passed: Explanation.PassedRule) {
        self = .object([
            Member("rule", .text(passed.rule.label)),
            Member("line", .number(UInt64(passed.rule.line))), Member("why", .text(passed.why)),
        ])
    }

    private init(_ path: Explanation.PolicyPath) {
        let policy = path.policy
        var members: [Member] = [
            Member("selector", .text("\(policy.selector)")),
            Member("priority", .number(UInt64(policy.priority))),
            Member("if_id", .number(UInt64(policy.interfaceID))),
        ]
        if let mark = policy.mark {
            members.append(Member("mark", .text("\(mark.value)/\(mark.mask)")))
        }
        members += [
            Member("mode", .text(path.template.mode.name)),
            Member("protocol", .text(path.template.protocolID.name)),
            Member("reqid", .number(UInt64(path.template.reqid))),
            Member("inbound_twin", .flag(path.hasTwin)),
            Member("child_sa", .flag(path.isServed)),
        ]
        if let rule = path.rule { members.append(Member("rule", .text(rule))) }
        if let problem = path.problem { members.append(Member("problem", .text(problem))) }
        self = .object(members)
    }

    private init(_ lack: Lack) {
        self = .object([
            Member("lack", .text(lack.kind.rawValue)), Member("grave", .flag(!lack.isRemark)),
            Member("text", .text(lack.words)),
        ])
    }

    /// Of an IKE SA what is of interest between two addresses.
    private init(brief sa: IKESAStatus) {
        var members: [Member] = [
            Member("initiator_spi", .text("\(sa.initiatorSPI)")),
            Member("responder_spi", .text("\(sa.responderSPI)")),
            Member("role", .text(sa.role.name)), Member("state", .text(sa.stage.rawValue)),
        ]
        if let rule = sa.rule { members.append(Member("rule", .text(rule))) }
        members.append(Member("age_secs", .number(sa.age)))
        if let seconds = sa.rekeyIn { members.append(Member("rekey_in_secs", .number(seconds))) }
        members += [
            Member("retransmissions", .number(UInt64(sa.retransmissions))),
            Member("child_spis", .array(sa.children.map { .text("\($0.inbound.spi)") })),
        ]
        self = .object(members)
    }

    private init(_ failure: IKE.Failure, at now: Instant) {
        var members: [Member] = [
            Member("secs_ago", .number(now.seconds(since: failure.last))),
            Member("first_secs_ago", .number(now.seconds(since: failure.first))),
            Member("count", .number(failure.count)), Member("text", .text("\(failure)")),
            Member("attempt", .text(failure.attempt.name)),
            Member("cause", .text(failure.cause.name)), Member("role", .text(failure.role.name)),
            Member("local", .text("\(failure.pair.local.address)")),
            Member("remote_port", .number(UInt64(failure.pair.remote.port))),
        ]
        let difference = failure.difference
        let texts: [(String, String?)] = [
            ("notify", failure.cause.notify?.name), ("rule", failure.rule),
            ("offered", difference?.offered), ("accepted", difference?.accepted),
            ("proposed", difference?.proposed), ("nearest_miss", difference?.nearestMiss),
        ]
        for case (let name, let text?) in texts {
            members.append(Member(name, .text(text)))
        }
        self = .object(members)
    }
}
