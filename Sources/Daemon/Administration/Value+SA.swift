import Admin
import IKE
import IPsec
import Net
import Wire

// SAs as ikeadm(8) shows them. The names are those of its JSON.

extension Value {
    /// An IKE SA, with the SPIs of its Child SAs.
    init(_ sa: IKESAStatus) {
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
        self = .object(members)
    }

    /// A Child SA of an IKE SA.
    init(_ child: ChildSAStatus, of sa: IKESAStatus) {
        self = .object([
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
        ])
    }

    private init(_ address: SocketAddress) {
        self = .object([
            Member("address", .text("\(address.address)")),
            Member("port", .number(UInt64(address.port))),
        ])
    }
}
