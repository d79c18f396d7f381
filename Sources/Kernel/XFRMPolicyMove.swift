import CLinux
import IPsec
import Net
import Wire

// Policies belong to the administrator. Only the gateways in their templates follow SAs that move.

extension XFRM {
    /// Gives policies other gateways; all else of them stays. Returns the policies changed, as they
    /// are now.
    ///
    /// - Parameter change: the template that a policy is to have; `nil` leaves it alone. Of the
    ///   template only the addresses count.
    public func changeGateways(
        _ change: (SecurityPolicy) -> Template?
    ) throws(KernelError) -> [SecurityPolicy] {
        guard !isDryRun else { return [] }
        let operation = "change the gateways of policies"
        var requests: [(NetlinkRequest, SecurityPolicy)]
        do throws(NetlinkError) {
            requests = try self.requests.dump(type: XFRM_MSG_GETPOLICY) { type, message in
                let offset = attributesOffset(after: xfrm_userpolicy_info.self)
                guard Int(type) == XFRM_MSG_NEWPOLICY,
                    let info = message.load(xfrm_userpolicy_info.self),
                    var policy = SecurityPolicy(info, in: message, attributes: offset),
                    let old = policy.template, let new = change(policy),
                    let request = NetlinkRequest(
                        updating: message, attributes: offset, from: old, to: new)
                else { return nil }
                policy.action = .protect(new)
                return (request, policy)
            }
            for index in requests.indices { try self.requests.perform(&requests[index].0) }
        } catch {
            throw KernelError(error, during: operation)
        }
        return requests.map { $0.1 }
    }
}

extension NetlinkRequest {
    /// The request that writes a policy as it is but for the gateways of its tunnel.
    fileprivate init?(
        updating message: Span<UInt8>, attributes offset: Int, from old: Template,
        to new: Template
    ) {
        guard let range = message.attribute(XFRMA_TMPL, from: offset) else { return nil }
        self.init(type: XFRM_MSG_UPDPOLICY, flags: NLM_F_ACK)
        let start = octets.count
        append(message)
        var position = range.lowerBound
        while position < range.upperBound,
            var template = message.load(
                xfrm_user_tmpl.self, at: position)
        {
            // Beside it there may be IPComp, in transport mode: it has no gateways.
            if Mode(xfrm: template.mode) == .tunnel {
                if let source = new.source, old.source != nil {
                    template.saddr = source.xfrm
                    template.family = source.family.xfrm
                }
                if let destination = new.destination, old.destination != nil {
                    template.id.daddr = destination.xfrm
                    template.family = destination.family.xfrm
                }
                store(template, at: start + position)
            }
            position += MemoryLayout<xfrm_user_tmpl>.stride
        }
    }
}
