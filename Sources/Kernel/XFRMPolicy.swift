import CLinux
import IPsec
import Net
import Wire

extension NetlinkSocket {
    /// Every policy of the kernel that plays a part in negotiation: none of single sockets.
    func policies() throws(KernelError) -> [SecurityPolicy] {
        do throws(NetlinkError) {
            return try dump(type: XFRM_MSG_GETPOLICY) { type, message in
                guard Int(type) == XFRM_MSG_NEWPOLICY,
                    let info = message.load(xfrm_userpolicy_info.self)
                else { return nil }
                return SecurityPolicy(
                    info, in: message,
                    attributes: attributesOffset(after: xfrm_userpolicy_info.self))
            }
        } catch {
            throw KernelError(error, during: "read the security policies")
        }
    }
}

extension SecurityPolicy {
    /// A policy that the kernel dumps or announces; attributes begin at `offset` of the message.
    ///
    /// `nil` for those that play no part here: of single sockets, of the second set of policies
    /// (sub-policies), and for what does not parse.
    init?(_ info: xfrm_userpolicy_info, in message: Span<UInt8>, attributes offset: Int) {
        guard let direction = Direction(xfrm: info.dir),
            message.isOfMainPolicy(from: offset)
        else { return nil }
        let action: Action
        let selector: Selector
        do throws(Selector.Fault) {
            selector = try Selector(info.sel)
            action = Action(info, in: message, attributes: offset)
        } catch {
            guard case .portMask(let rest) = error else { return nil }
            selector = rest
            action = .unsupported(reason: "a port mask that is not one range")
        }
        self.init(
            index: info.index, direction: direction, selector: selector,
            priority: info.priority, action: action,
            interfaceID: message.interfaceID(from: offset),
            mark: message.mark(from: offset))
    }
}

extension SecurityPolicy.Direction {
    /// `nil` for the policies of single sockets.
    init?(xfrm number: UInt8) {
        switch Int(number) {
        case XFRM_POLICY_IN: self = .inbound
        case XFRM_POLICY_OUT: self = .outbound
        case XFRM_POLICY_FWD: self = .forward
        default: return nil
        }
    }
}

extension SecurityPolicy.Action {
    fileprivate init(
        _ info: xfrm_userpolicy_info, in message: Span<UInt8>, attributes offset: Int
    ) {
        guard Int32(info.action) == XFRM_POLICY_ALLOW else {
            self = .block
            return
        }
        do throws(Template.Fault) {
            let template = try Template(in: message, attributes: offset)
            self = template.map { .protect($0) } ?? .bypass
        } catch {
            self = .unsupported(reason: error.reason)
        }
    }
}
