import Net

extension ConfigurationParser {
    /// The rules that the drafts make with the globals; without those that, after a message, are
    /// incomplete.
    mutating func rules() -> [Rule] {
        var rules: [Rule] = []
        rules.reserveCapacity(drafts.count)
        if globals.places.mentions(.childLifetime) { checkLifetimes(of: globals) }
        for draft in drafts where draft.isClosed {
            if let rule = rule(from: draft) { rules.append(rule) }
        }
        return rules
    }

    private mutating func rule(from draft: RuleDraft) -> Rule? {
        demand(.label, of: draft, "label \"…\"")
        demand(.localAddress, of: draft, "local_addr")
        demand(.remoteAddress, of: draft, "remote_addr")
        demand(.ikeTransform, of: draft, "ikesa_xform")
        if !draft.places.mentions(.localAuthMethod) || !draft.places.mentions(.remoteAuthMethod) {
            demand(.authMethod, of: draft, "auth_method")
        }
        checkLifetimes(of: draft)
        checkFamilies(of: draft)

        let ikeTransforms =
            draft.places.mentions(.ikeTransform) ? draft.ikeTransforms : globals.ikeTransforms
        let childTransforms =
            draft.places.mentions(.childTransform)
            ? draft.childTransforms : globals.childTransforms
        let method = draft.authentication ?? globals.authentication
        guard let label = draft.label,
            let localAuthentication = draft.localAuthentication ?? method,
            let remoteAuthentication = draft.remoteAuthentication ?? method,
            !draft.localAddresses.isEmpty, !draft.remoteAddresses.isEmpty, !ikeTransforms.isEmpty
        else { return nil }
        return Rule(
            label: label.text, location: label.location,
            localAddresses: draft.localAddresses, remoteAddresses: draft.remoteAddresses,
            localAuthentication: localAuthentication, remoteAuthentication: remoteAuthentication,
            localID: draft.localID, remoteIDs: draft.remoteIDs,
            requiredIssuers: draft.requiredIssuers, ikeTransforms: ikeTransforms,
            childTransforms: childTransforms.isEmpty ? ChildTransform.defaults : childTransforms,
            pfsGroups: draft.pfsGroups ?? globals.pfsGroups ?? [],
            lifetimes: lifetimes(of: draft),
            dpdInterval: draft.dpdInterval ?? globals.dpdInterval ?? Rule.defaultDPDInterval,
            immediate: draft.immediate ?? false,
            rekeyProbe: draft.rekeyProbe ?? globals.rekeyProbe ?? false,
            mobike: draft.mobike ?? globals.mobike ?? true,
            requestHTTPCertificates: draft.requestHTTPCertificates
                ?? globals.requestHTTPCertificates ?? false,
            reqid: draft.reqid, interfaceID: draft.interfaceID)
    }

    /// Tells an error unless the rule or the globals have the keyword.
    private mutating func demand(_ keyword: Keyword, of draft: RuleDraft, _ name: String) {
        guard !draft.places.mentions(keyword), !globals.places.mentions(keyword) else { return }
        let place = keyword.scope.contains(.global) ? "in the rule or outside the rules" : "in it"
        cursor.error("rule without \(name); expected \(name) \(place)", at: draft.start)
    }

    private func lifetimes(of draft: RuleDraft) -> Lifetimes {
        let defaults = Lifetimes()
        return Lifetimes(
            ikeSeconds: draft.ikeSeconds ?? globals.ikeSeconds ?? defaults.ikeSeconds,
            childSeconds: draft.childSeconds ?? globals.childSeconds ?? defaults.childSeconds,
            childSoftSeconds: draft.childSoftSeconds ?? globals.childSoftSeconds,
            childKilobytes: draft.childKilobytes ?? globals.childKilobytes,
            childSoftKilobytes: draft.childSoftKilobytes ?? globals.childSoftKilobytes,
            idleSeconds: draft.idleSeconds ?? globals.idleSeconds)
    }

    /// Every soft lifetime must end before its hard one, wherever the two come from.
    private mutating func checkLifetimes(of draft: RuleDraft) {
        let lifetimes = lifetimes(of: draft)
        if lifetimes.childSoftSeconds >= lifetimes.childSeconds {
            contradiction(
                in: draft, .childSoftLifetime, "childsa_softlife_secs",
                UInt64(lifetimes.childSoftSeconds), .childLifetime, "childsa_lifetime_secs",
                UInt64(lifetimes.childSeconds))
        }
        if let soft = lifetimes.childSoftKilobytes, let hard = lifetimes.childKilobytes,
            soft >= hard
        {
            contradiction(
                in: draft, .childSoftKilobytes, "childsa_softlife_kb", soft, .childKilobytes,
                "childsa_lifetime_kb", hard)
        }
    }

    /// Tells of lifetimes in the wrong order at the soft one, unless only the hard one is the
    /// rule's own.
    private mutating func contradiction(
        in draft: RuleDraft, _ softKeyword: Keyword, _ softName: String, _ soft: UInt64,
        _ hardKeyword: Keyword, _ hardName: String, _ hard: UInt64
    ) {
        if let place = draft.places[softKeyword] {
            cursor.error(
                "\(softName) \(soft) is not below \(hardName) \(hard); expected less", at: place)
        } else if let place = draft.places[hardKeyword] {
            cursor.error(
                "\(hardName) \(hard) is not above \(softName) \(soft); expected more", at: place)
        } else if let place = globals.places[softKeyword] {
            cursor.error(
                "\(softName) \(soft) is not below \(hardName) \(hard); expected less", at: place)
        }
    }

    /// Outer addresses of different families never make a pair.
    private mutating func checkFamilies(of draft: RuleDraft) {
        guard let label = draft.label, !draft.localAddresses.isEmpty,
            !draft.remoteAddresses.isEmpty
        else { return }
        let meet = draft.localAddresses.contains { local in
            draft.remoteAddresses.contains { $0.family == local.family }
        }
        if !meet {
            cursor.warning(
                "rule never applies: local_addr and remote_addr are of different families",
                at: label.location)
        }
    }
}
