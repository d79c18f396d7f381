import CLinux
import IPsec

// What the attributes of XFRM's messages say; they begin at `offset` of the message.

extension Span where Element == UInt8 {
    /// Where the value of the first attribute of a type lies; `nil` when there is none.
    func attribute(_ type: xfrm_attr_type_t, from offset: Int) -> Range<Int>? {
        attribute(UInt16(truncatingIfNeeded: type.rawValue), from: offset)
    }

    /// The structure in the first attribute of a type; `nil` when there is none or it is too short.
    func load<T: NetlinkStructure>(
        _ type: xfrm_attr_type_t, from offset: Int, as structure: T.Type
    ) -> T? {
        guard let range = attribute(type, from: offset), range.count >= MemoryLayout<T>.size
        else { return nil }
        return load(T.self, at: range.lowerBound)
    }

    /// Whether a policy message speaks of the first set of policies, the one everybody uses.
    func isOfMainPolicy(from offset: Int) -> Bool {
        let type = load(XFRMA_POLICY_TYPE, from: offset, as: xfrm_userpolicy_type.self)
        return Int(type?.type ?? 0) == XFRM_POLICY_TYPE_MAIN
    }

    /// The XFRM interface; 0 for none.
    func interfaceID(from offset: Int) -> UInt32 {
        load(XFRMA_IF_ID, from: offset, as: UInt32.self) ?? 0
    }

    /// The mark; `nil` for none.
    func mark(from offset: Int) -> Mark? {
        load(XFRMA_MARK, from: offset, as: xfrm_mark.self).flatMap { Mark($0) }
    }

    /// The family of the outer addresses of the first template for an IP protocol.
    func outerFamily(of protocolID: UInt8, from offset: Int) -> UInt16? {
        guard let range = attribute(XFRMA_TMPL, from: offset) else { return nil }
        var position = range.lowerBound
        while position < range.upperBound, let template = load(xfrm_user_tmpl.self, at: position) {
            if template.id.proto == protocolID { return template.family }
            position += MemoryLayout<xfrm_user_tmpl>.stride
        }
        return nil
    }
}
