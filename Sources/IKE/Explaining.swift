import Crypto
import IPsec
import Net
import Policy
import Wire

// Finding out why there is, or is not, an SA between two addresses.

extension Engine {
    /// Looks at everything between two addresses, ours first, and changes nothing.
    public func explain(
        local: IPAddress, remote: IPAddress, way: Explanation.Way, at now: Instant
    ) -> Explanation {
        let between = table.with(peer: remote).filter { $0.pair.isBetween(local, remote) }
            .sorted { $1.createdAt < $0.createdAt }.map { IKESAStatus($0, at: now) }
        let ikeSAs = Array(
            between.filter { $0.stage != .closed }.prefix(Explanation.mostOfEach))
        let covering = rules.covering(local: local, remote: remote)
        let targets = outboundPolicies(local, remote)
        let rule = covering.first { rule in
            targets.isEmpty || targets.contains { rule.serves($0.target) }
        }
        let paths = targets.prefix(Explanation.mostOfEach).map { path($0, covering, ikeSAs) }
        let failures = self.failures.with(remote)
        let success = self.failures.lastSuccess(with: remote)
        let lacks = lacks(rule, covering, paths, local, remote, way)
        let (state, verdict) = Explanation.judge(
            local: local, remote: remote, rule: rule, ikeSAs: ikeSAs, lacks: lacks,
            failures: failures.filter { failure in
                success.map { $0 < failure.last } ?? true
            }, isServed: paths.contains { $0.isServed }, at: now)
        let place = rule.flatMap { rule in rules.rules.firstIndex { $0 === rule } }
        let before = rules.rules[..<(place ?? rules.rules.endIndex)]
        let passed = passed(before, local, remote, targets.map { $0.target })
        let shadowed = covering.drop { $0 !== rule }.dropFirst().filter { other in
            targets.isEmpty || targets.contains { other.serves($0.target) }
        }.map { other in
            Explanation.PassedRule(
                rule: other, why: "rule '\(rule?.label ?? "")' comes before it")
        }
        return Explanation(
            local: local, remote: remote, state: state, verdict: verdict, rule: rule,
            passed: passed,
            unrelated: rules.rules.count - passed.count - shadowed.count - (rule == nil ? 0 : 1),
            shadowed: Array(shadowed.prefix(Explanation.mostOfEach)),
            policies: paths, unlistedPolicies: targets.count - paths.count, lacks: lacks,
            ikeSAs: ikeSAs, failures: failures)
    }

    // MARK: Rules

    /// Rules for the peer that do not serve the pair, the nearest first; where there are none, the
    /// others.
    private func passed(
        _ before: ArraySlice<Rule>, _ local: IPAddress, _ remote: IPAddress,
        _ targets: [ChildSA.Target]
    ) -> [Explanation.PassedRule] {
        var near: [Explanation.PassedRule] = []
        var far: [Explanation.PassedRule] = []
        let isNobodyFor = !rules.rules.contains { $0.isFor(remote) }
        for rule in before {
            if let why = rule.miss(local, remote) {
                if isNobodyFor || rule.isFor(remote) {
                    far.append(Explanation.PassedRule(rule: rule, why: why))
                }
            } else if let target = targets.first, let miss = rule.miss(target) {
                near.append(Explanation.PassedRule(rule: rule, why: "the policy \(miss.words)"))
            }
        }
        return Array((near + far).prefix(Explanation.mostOfEach))
    }

    // MARK: Policies

    private typealias Wanted = (
        policy: SecurityPolicy, template: Template, target: ChildSA.Target
    )

    /// The outbound policies whose packets would go between the two.
    private func outboundPolicies(_ local: IPAddress, _ remote: IPAddress) -> [Wanted] {
        policies.outbound.compactMap { policy in
            guard let template = policy.template,
                template.covers(source: local, destination: remote),
                template.source != nil || policy.selector.source.contains(local),
                template.destination != nil || policy.selector.destination.contains(remote)
            else { return nil }
            return (policy, template, ChildRequest(policy, template).target)
        }
    }

    private func path(
        _ wanted: Wanted, _ covering: [Rule], _ ikeSAs: [IKESAStatus]
    ) -> Explanation.PolicyPath {
        let (policy, template, target) = wanted
        let rule = covering.first { $0.serves(target) }
        var problem: String?
        let hasTwin = policies.inboundTwin(of: policy) != nil
        if let rule {
            let choices = choices(rule, template)
            if ChildNegotiation.first(
                of: choices.transforms, template: template, where: { _ in true }) == nil
            {
                problem = "rule '\(rule.label)': allows no \(choices.whatIsMissing)"
            } else if !hasTwin {
                problem = PolicyMiss.Reason.twin(of: policy, template, policies).words
            }
        } else if let first = covering.first {
            problem = first.miss(target)?.words
        }
        return Explanation.PolicyPath(
            policy: policy, rule: rule?.label, problem: problem, template: template,
            hasTwin: hasTwin,
            isServed: ikeSAs.contains { sa in
                sa.children.contains { $0.target == target && $0.stage == .installed }
            })
    }

    // MARK: What is lacking

    private func lacks(
        _ rule: Rule?, _ covering: [Rule], _ paths: [Explanation.PolicyPath], _ local: IPAddress,
        _ remote: IPAddress, _ way: Explanation.Way
    ) -> [Lack] {
        var lacks: [Lack] = []
        if !hostAddresses.isEmpty, !hostAddresses.contains(local), way.source != local {
            let hint =
                hostAddresses.contains(remote)
                ? "; \(remote) is: explain \(remote) \(local) asks about the other direction" : ""
            lacks.append(Lack(.address, "\(local) is no address of this host\(hint)"))
        }
        if let rule {
            lacks += self.lacks(of: rule)
        } else {
            lacks.append(Lack(.rule, noRule(local, remote, covering, paths)))
        }
        if way.isDryRun {
            lacks.append(
                Lack(.kernel, "this is a dry run: no SA is written to the kernel", isRemark: true))
        }
        if !way.hasSocket {
            lacks.append(
                Lack(.socket, "no port of \(local.family == .v4 ? "IPv4" : "IPv6") is bound"))
        }
        if let source = way.source {
            if source != local {
                lacks.append(
                    Lack(
                        .route, "by the routes packets to \(remote) leave from \(source)",
                        isRemark: true))
            }
        } else {
            lacks.append(Lack(.route, "no route leads to \(remote)"))
        }
        return lacks + self.lacks(of: paths, rule, local, remote)
    }

    private func lacks(
        of paths: [Explanation.PolicyPath], _ rule: Rule?, _ local: IPAddress, _ remote: IPAddress
    ) -> [Lack] {
        guard rule != nil else { return [] }
        guard !paths.isEmpty else {
            return [
                Lack(
                    .policy,
                    "no outbound XFRM policy is for \(local) -> \(remote): no packet asks for an "
                        + "SA, and whatever the peer proposes is refused with TS_UNACCEPTABLE"
                        + unsupportedPolicies)
            ]
        }
        let works = paths.contains { $0.problem == nil }
        return paths.compactMap { path in
            path.problem.map { problem in
                Lack(
                    path.hasTwin ? .policy : .policyTwin,
                    "policy \(path.policy.selector) \(problem)", isRemark: works)
            }
        }
    }

    /// Policies that ask for what is not negotiated, as one of them has it.
    private var unsupportedPolicies: String {
        for policy in policies.outbound {
            if case .unsupported(let reason) = policy.action {
                return "; policy \(policy.selector) is none that we serve: \(reason)"
            }
        }
        return ""
    }

    private func noRule(
        _ local: IPAddress, _ remote: IPAddress, _ covering: [Rule],
        _ paths: [Explanation.PolicyPath]
    ) -> String {
        if let first = covering.first, let path = paths.first {
            return
                "no rule serves the policies between \(local) and \(remote): rule "
                + "'\(first.label)' covers the addresses, but the policy "
                + (path.problem ?? "is another's")
        }
        return "no rule covers local_addr \(local) and remote_addr \(remote)"
    }

    private func lacks(of rule: Rule) -> [Lack] {
        var lacks: [Lack] = []
        let key = presharedKeys[rule.label]
        for (choice, has, side) in [
            (rule.localAuthentication, key?.local != nil, "local"),
            (rule.remoteAuthentication, key?.remote != nil, "remote"),
        ] where choice == .preshared && !has {
            lacks.append(
                Lack(.presharedKey, "there is no \(side) preshared key for rule '\(rule.label)'"))
        }
        if rule.localAuthentication != .preshared || rule.remoteAuthentication != .preshared {
            let moment = wallClock()
            if moment < Self.earliestClock {
                lacks.append(Lack(.clock, "the clock of this host is years behind"))
            }
            if let lack = credentials.lack(for: rule) {
                lacks.append(Lack(.certificate, lack))
            } else {
                lacks += validityLacks(of: rule, at: moment)
            }
        }
        for transform in rule.ikeTransforms where lacksAlgorithm(of: transform) {
            lacks.append(
                Lack(
                    .algorithm, "libcrypto lacks an algorithm of { \(transform.text) }",
                    isRemark: rule.ikeTransforms.contains { !lacksAlgorithm(of: $0) }))
        }
        return lacks
    }

    /// 2025-01-01: no clock that is right shows less.
    private static let earliestClock: Int64 = 1_735_689_600

    private func validityLacks(of rule: Rule, at moment: Int64) -> [Lack] {
        guard rule.localAuthentication != .preshared else { return [] }
        let identities = credentials.identities(for: rule, named: rule.localID)
        // A key without a certificate holds at any time.
        let outside = identities.compactMap { identity -> X509Certificate? in
            guard case .certificate(let certificate, _) = identity.evidence,
                certificate.validity.distance(from: moment) > 0
            else { return nil }
            return certificate
        }
        return outside.map { certificate in
            let isEarly = moment < certificate.validity.notBefore
            return Lack(
                .certificateValidity,
                "our certificate \(certificate) "
                    + (isEarly
                        ? "is not yet valid: is the clock of this host right?" : "has expired"),
                isRemark: outside.count < identities.count)
        }
    }

    private func lacksAlgorithm(of transform: IKETransform) -> Bool {
        guard let prf = transform.prfs.first else { return true }
        return suite(
            IKESuite.ID(
                encryption: transform.encryption, keyBits: transform.keyLengths.first,
                integrity: transform.integrity.first, prf: prf, keyExchange: transform.group))
            == nil
    }
}

extension Rule {
    /// Whether it is for a peer with this address.
    fileprivate func isFor(_ remote: IPAddress) -> Bool {
        remoteAddresses.contains { $0.contains(remote) }
    }

    /// Why it does not cover two addresses; `nil` when it does.
    fileprivate func miss(_ local: IPAddress, _ remote: IPAddress) -> String? {
        guard isFor(remote) else {
            return "its remote_addr \(listed(remoteAddresses, separator: ", ")) is not \(remote)"
        }
        guard !localAddresses.contains(where: { $0.contains(local) }) else { return nil }
        return "its local_addr \(listed(localAddresses, separator: ", ")) is not \(local)"
    }

    /// Wherein a policy is not for it; `nil` when it is.
    fileprivate func miss(_ target: ChildSA.Target) -> PolicyMiss.Reason? {
        if let reqid, reqid != target.reqid {
            return .reqid(target.reqid, rule: label, serves: reqid)
        }
        if let interfaceID, interfaceID != target.interfaceID {
            return .interfaceID(target.interfaceID, rule: label, serves: interfaceID)
        }
        return nil
    }
}
