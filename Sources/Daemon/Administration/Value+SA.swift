import Admin
import Crypto
import IKE
import IPsec
import Kernel
import Net
import Wire

// SAs as ikeadm(8) shows them. The names are those of its JSON.

extension Value {
    /// An IKE SA, with the SPIs of its Child SAs, and where that is allowed its keys.
    init(_ sa: IKESAStatus, keys: IKESAKeys?) {
        var members: [Member] = [
            Member("initiator_spi", .text("\(sa.initiatorSPI)")),
            Member("responder_spi", .text("\(sa.responderSPI)")),
            Member("role", .text(sa.role == .initiator ? "initiator" : "responder")),
            Member("state", .text(sa.stage.rawValue)),
            Member("local", Value(sa.pair.local)), Member("remote", Value(sa.pair.remote)),
        ]
        if let identities = sa.identities {
            members.append(Member("local_id", .text(identities.ours)))
            members.append(Member("remote_id", .text(identities.peers)))
        }
        if let rule = sa.rule { members.append(Member("rule", .text(rule))) }
        members.append(Member("transforms", .array(sa.transforms.map { .text("\($0)") })))
        members.append(Member("age_secs", .number(sa.age)))
        let times = [
            ("established_secs", sa.establishedFor), ("rekey_in_secs", sa.rekeyIn),
            ("expires_in_secs", sa.expiresIn),
        ]
        for case (let name, let seconds?) in times {
            members.append(Member(name, .number(seconds)))
        }
        members += [
            Member("retransmissions", .number(UInt64(sa.retransmissions))),
            Member("requests_waiting", .number(UInt64(sa.waiting))),
            Member("nat_local", .flag(sa.isHereBehindNAT)),
            Member("nat_remote", .flag(sa.isPeerBehindNAT)),
            Member("fragmentation", .flag(sa.usesFragments)),
            Member("mobike", .flag(sa.usesMOBIKE)),
            Member("child_spis", .array(sa.children.map { .text("\($0.inbound.spi)") })),
        ]
        if let keys {
            let list = [
                ("sk_d", keys.d), ("sk_ai", keys.ai), ("sk_ar", keys.ar), ("sk_ei", keys.ei),
                ("sk_er", keys.er),
            ]
            members.append(
                Member("keys", .object(list.map { Member($0.0, Value($0.1)) })))
        }
        self = .object(members)
    }

    /// A Child SA of an IKE SA, with what the kernel has of it.
    ///
    /// - Parameter moment: now, in seconds since 1970.
    init(
        _ child: ChildSAStatus, of sa: IKESAStatus,
        _ halves: (inbound: SADState?, outbound: SADState?)?, at moment: UInt64
    ) {
        var members: [Member] = [
            Member("spi_in", .text("\(child.inbound.spi)")),
            Member("spi_out", .text("\(child.outbound.spi)")),
            Member("state", .text(child.stage.rawValue)),
            Member("suite", .text("\(child.suite)")),
            Member("mode", .text(child.target.mode.name)),
            Member("local", .text("\(sa.pair.local.address)")),
            Member("remote", .text("\(sa.pair.remote.address)")),
            Member("local_ts", .array(child.local.map { .text("\($0)") })),
            Member("remote_ts", .array(child.remote.map { .text("\($0)") })),
            Member("reqid", .number(UInt64(child.target.reqid))),
            Member("if_id", .number(UInt64(child.target.interfaceID))),
            Member("rule", .text(sa.rule ?? "")),
            Member("initiator_spi", .text("\(sa.initiatorSPI)")),
            Member("responder_spi", .text("\(sa.responderSPI)")),
        ]
        if let state = halves?.inbound ?? halves?.outbound {
            members += Self.times(state, at: moment)
        }
        if let state = halves?.inbound { members += Self.kernelMembers(state, "in") }
        if let state = halves?.outbound { members += Self.kernelMembers(state, "out") }
        self = .object(members)
    }

    private static func times(_ state: SADState, at moment: UInt64) -> [Member] {
        let age = moment - min(state.addedAt, moment)
        var members = [Member("age_secs", .number(age))]
        for case (let name, let limit?) in [
            ("rekey_in_secs", state.softSeconds), ("expires_in_secs", state.hardSeconds),
        ] {
            members.append(Member(name, .number(limit - min(age, limit))))
        }
        return members
    }

    private static func kernelMembers(_ state: SADState, _ direction: String) -> [Member] {
        var members = [
            Member("octets_\(direction)", .number(state.usage.octets)),
            Member("packets_\(direction)", .number(state.usage.packets)),
        ]
        for case (let name, let key?) in [
            ("encr_key_\(direction)", state.keys?.encryption),
            ("auth_key_\(direction)", state.keys?.integrity),
        ] {
            members.append(Member(name, Value(key.all)))
        }
        return members
    }

    private init(_ address: SocketAddress) {
        self = .object([
            Member("address", .text("\(address.address)")),
            Member("port", .number(UInt64(address.port))),
        ])
    }
}
