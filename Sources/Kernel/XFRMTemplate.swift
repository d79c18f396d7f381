import CLinux
import IPsec
import Net
import Wire

extension Template {
    /// Why a policy's templates are not for us.
    struct Fault: Error, Hashable {
        /// In words, for the log.
        let reason: String
    }

    /// The one ESP or AH transform that a message's templates ask for; `nil` where there is none.
    ///
    /// IPComp beside it is passed over where the policy does without (`level use`): we do not
    /// negotiate it. But not in tunnel mode: there IPComp makes the tunnel, and without it the
    /// packets would go unwrapped.
    init?(in message: Span<UInt8>, attributes offset: Int) throws(Fault) {
        guard let range = message.attribute(XFRMA_TMPL, from: offset) else { return nil }
        var found: Template?
        var position = range.lowerBound
        while position < range.upperBound {
            guard position <= range.upperBound - MemoryLayout<xfrm_user_tmpl>.size,
                let template = message.load(xfrm_user_tmpl.self, at: position)
            else { throw Fault(reason: "templates that do not parse") }
            position += MemoryLayout<xfrm_user_tmpl>.stride
            if Int(template.id.proto) == IPPROTO_COMP {
                try Self.checkCompression(template)
            } else if found == nil {
                found = try Template(template)
            } else {
                throw Fault(reason: "a bundle of more than one ESP or AH")
            }
        }
        guard let found else {
            if range.isEmpty { return nil }
            throw Fault(reason: "IPComp without ESP or AH")
        }
        self = found
    }

    private static func checkCompression(_ template: xfrm_user_tmpl) throws(Fault) {
        guard template.optional != 0 else { throw Fault(reason: "IPComp that is not optional") }
        guard Mode(xfrm: template.mode) == .transport else {
            throw Fault(reason: "IPComp in tunnel mode")
        }
    }

    private init(_ template: xfrm_user_tmpl) throws(Fault) {
        guard let protocolID = SecurityProtocol(xfrm: template.id.proto) else {
            throw Fault(reason: "IP protocol \(template.id.proto) is neither ESP nor AH")
        }
        guard let mode = Mode(xfrm: template.mode) else {
            throw Fault(reason: "a mode (\(template.mode)) that is neither transport nor tunnel")
        }
        self.init(
            protocolID: protocolID, mode: mode,
            source: Self.end(template.saddr, template.family, mode),
            destination: Self.end(template.id.daddr, template.family, mode),
            reqid: template.reqid,
            algorithms: AlgorithmMasks(encryption: template.ealgos, integrity: template.aalgos),
            isOptional: template.optional != 0)
    }

    /// The address of one end; `nil` where the policy leaves it open. In transport mode, the kernel
    /// takes the packet's own addresses and disregards those of the template.
    private static func end(
        _ address: xfrm_address_t, _ family: UInt16, _ mode: Mode
    ) -> IPAddress? {
        guard mode == .tunnel, let address = IPAddress(address, family: family),
            !address.isUnspecified
        else { return nil }
        return address
    }
}
