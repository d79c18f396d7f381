import CLinux
import IPsec
import Net
import Wire

/// What the kernel says unasked.
public enum Notification: Hashable, Sendable {
    /// A packet waits for an SA.
    case acquire(Acquire)
    /// A packet waits for SAs of a bundle that is not negotiated; says why.
    case unsupportedAcquire(policyIndex: UInt32, reason: String)
    /// An SA ages.
    case expire(Expire)
    /// A NAT moved.
    case mapping(Mapping)
    /// A policy is new, or replaces the one of the same index.
    case policyChanged(SecurityPolicy)
    /// A policy is gone.
    case policyRemoved(index: UInt32, direction: SecurityPolicy.Direction)
    /// All policies are gone.
    case policiesFlushed
    /// Notifications were lost: what is known of the policies is to be read anew.
    case overrun

    /// `nil` for what does not concern a key manager, and for what does not parse.
    init?(type: UInt16, payload: Span<UInt8>) {
        switch Int(type) {
        case XFRM_MSG_ACQUIRE: self.init(acquire: payload)
        case XFRM_MSG_EXPIRE: self.init(expire: payload)
        case XFRM_MSG_MAPPING: self.init(mapping: payload)
        case XFRM_MSG_NEWPOLICY, XFRM_MSG_UPDPOLICY: self.init(policy: payload)
        case XFRM_MSG_DELPOLICY: self.init(removedPolicy: payload)
        case XFRM_MSG_POLEXPIRE: self.init(expiredPolicy: payload)
        case XFRM_MSG_FLUSHPOLICY:
            guard payload.isOfMainPolicy(from: 0) else { return nil }
            self = .policiesFlushed
        default: return nil
        }
    }

    private init?(acquire message: Span<UInt8>) {
        let offset = attributesOffset(after: xfrm_user_acquire.self)
        guard let acquire = message.load(xfrm_user_acquire.self),
            message.isOfMainPolicy(from: offset)
        else { return nil }
        let template: Template
        do throws(Template.Fault) {
            guard let wanted = try Template(in: message, attributes: offset) else { return nil }
            template = wanted
        } catch {
            self = .unsupportedAcquire(policyIndex: acquire.policy.index, reason: error.reason)
            return
        }
        // The kernel asks for each transform of a bundle; the one passed over is not ours to answer.
        guard SecurityProtocol(xfrm: acquire.id.proto) == template.protocolID else { return nil }
        do throws(Selector.Fault) {
            let flow = try Selector(flow: acquire.sel)
            // The message does not say of which family the SA's ends are; the template does.
            guard let family = message.outerFamily(of: acquire.id.proto, from: offset),
                let source = IPAddress(acquire.saddr, family: family),
                let destination = IPAddress(acquire.id.daddr, family: family)
            else { return nil }
            self = .acquire(
                Acquire(
                    sequence: acquire.seq, source: source, destination: destination, flow: flow,
                    policy: try Selector(acquire.policy.sel), policyIndex: acquire.policy.index,
                    template: template,
                    interfaceID: message.interfaceID(from: offset),
                    mark: message.mark(from: offset)))
        } catch {
            guard case .portMask = error else { return nil }
            self = .unsupportedAcquire(
                policyIndex: acquire.policy.index, reason: "a port mask that is not one range")
        }
    }

    private init?(expire message: Span<UInt8>) {
        guard let expire = message.load(xfrm_user_expire.self),
            let id = SADEntry.ID(expire.state)
        else { return nil }
        self = .expire(Expire(id: id, isHard: expire.hard != 0))
    }

    private init?(mapping message: Span<UInt8>) {
        guard let mapping = message.load(xfrm_user_mapping.self),
            let id = SADEntry.ID(
                destination: mapping.id.daddr, family: mapping.id.family,
                protocolID: mapping.id.proto, spi: mapping.id.spi),
            let old = IPAddress(mapping.old_saddr, family: mapping.id.family),
            let new = IPAddress(mapping.new_saddr, family: mapping.id.family)
        else { return nil }
        self = .mapping(
            Mapping(
                id: id, old: SocketAddress(old, port: UInt16(bigEndian: mapping.old_sport)),
                new: SocketAddress(new, port: UInt16(bigEndian: mapping.new_sport))))
    }

    private init?(policy message: Span<UInt8>) {
        guard let info = message.load(xfrm_userpolicy_info.self),
            let policy = SecurityPolicy(
                info, in: message, attributes: attributesOffset(after: xfrm_userpolicy_info.self))
        else { return nil }
        self = .policyChanged(policy)
    }

    private init?(removedPolicy message: Span<UInt8>) {
        // The header names the policy as the request did, by index or by selector; the index is
        // always in the copy of the policy that follows.
        let offset = attributesOffset(after: xfrm_userpolicy_id.self)
        guard
            let info = message.load(
                XFRMA_POLICY, from: offset, as: xfrm_userpolicy_info.self),
            let direction = SecurityPolicy.Direction(xfrm: info.dir),
            message.isOfMainPolicy(from: offset)
        else { return nil }
        self = .policyRemoved(index: info.index, direction: direction)
    }

    private init?(expiredPolicy message: Span<UInt8>) {
        guard let expire = message.load(xfrm_user_polexpire.self), expire.hard != 0,
            let direction = SecurityPolicy.Direction(xfrm: expire.pol.dir),
            message.isOfMainPolicy(from: attributesOffset(after: xfrm_user_polexpire.self))
        else { return nil }
        self = .policyRemoved(index: expire.pol.index, direction: direction)
    }
}

extension SADEntry.ID {
    /// The name in an SA of the kernel.
    init?(_ state: xfrm_usersa_info) {
        self.init(
            destination: state.id.daddr, family: state.family, protocolID: state.id.proto,
            spi: state.id.spi)
    }
}
