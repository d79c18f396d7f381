import CLinux
import IPsec
import Net
import Wire

// An SA that stands is given other outer addresses, or other ports of its encapsulation.

/// What of an SA is to change; all else stays.
public struct SARelocation: Hashable, Sendable {
    /// The outer source from now on.
    public let source: IPAddress
    /// The outer destination from now on.
    public let destination: IPAddress
    /// The UDP encapsulation from now on.
    public let encapsulation: SADEntry.UDPEncapsulation?

    /// Where an SA goes.
    public init(
        source: IPAddress, destination: IPAddress, encapsulation: SADEntry.UDPEncapsulation?
    ) {
        self.source = source
        self.destination = destination
        self.encapsulation = encapsulation
    }
}

extension XFRM {
    /// Carries an SA over to other addresses: keys, replay window, counters and lifetimes stay.
    /// Whatever fails, the SA is gone from where it was, and not where it was to be; one of another
    /// making that is there stays.
    ///
    /// XFRM names an SA by its destination, and has no request that changes its name or its source;
    /// `XFRM_MSG_MIGRATE` would, but moves one SA of those that serve a policy only. So the SA is
    /// read, and written anew.
    public func move(
        _ id: SADEntry.ID, mark: Mark? = nil, to new: SARelocation
    ) throws(KernelError) {
        guard !isDryRun else { return }
        let operation = "move \(id) to \(new.destination)"
        var relocated: RelocatedSA?
        var question = NetlinkRequest(type: XFRM_MSG_GETSA, id, mark: mark)
        try perform(&question, about: id, during: operation) { type, message in
            if Int(type) == XFRM_MSG_NEWSA { relocated = RelocatedSA(message, to: new) }
        }
        guard var relocated else {
            throw .failed(operation: operation, code: EBADMSG, explanation: nil)
        }
        defer { relocated.request.erase() }
        guard relocated.hasKeys else {
            try remove(id, mark: mark)
            throw .failed(
                operation: operation, code: EPERM,
                explanation: "the kernel does not tell the keys of its SAs")
        }
        switch relocated.manner {
        case .update:
            try perform(&relocated.request, about: id, during: operation)
        case .afterwards:
            try remove(id, mark: mark)
            try perform(&relocated.request, about: id, during: operation)
        case .beforehand:
            // With both there, no packet finds neither.
            do throws(KernelError) {
                try perform(&relocated.request, about: id, during: operation)
            } catch {
                try remove(id, mark: mark)
                throw error
            }
            do throws(KernelError) {
                try remove(id, mark: mark)
            } catch {
                // It has just come to its end.
                try remove(relocated.id, mark: mark)
                throw error
            }
        }
    }
}

/// The request that writes an SA anew, made of what the kernel told of it.
struct RelocatedSA {
    /// When the new SA is written, as against the old one.
    enum Manner {
        /// Only ports change: the kernel can do that in place.
        case update
        /// The new one has another name: it comes first.
        case beforehand
        /// The new one has the same name, and takes the place of the old one.
        case afterwards
    }

    /// Its name from now on.
    let id: SADEntry.ID
    var request: NetlinkRequest
    let manner: Manner
    /// A kernel that is locked down writes zeros in the place of keys.
    let hasKeys: Bool

    /// What the kernel computes itself, or is written anew.
    private static let replaced = [
        XFRMA_ENCAP, XFRMA_LTIME_VAL, XFRMA_LASTUSED, XFRMA_PAD, XFRMA_SRCADDR,
    ].map { UInt16(truncatingIfNeeded: $0.rawValue) }

    init?(_ message: Span<UInt8>, to new: SARelocation) {
        guard var state = message.load(xfrm_usersa_info.self), let old = SADEntry.ID(state),
            let source = IPAddress(state.saddr, family: state.family)
        else { return nil }
        id = SADEntry.ID(
            destination: new.destination, protocolID: old.protocolID, spi: old.spi)
        let offset = attributesOffset(after: xfrm_usersa_info.self)
        let wasEncapsulated = message.attribute(XFRMA_ENCAP, from: offset) != nil
        if old.destination != new.destination {
            manner = .beforehand
        } else if source == new.source, wasEncapsulated, new.encapsulation != nil {
            manner = .update
        } else {
            manner = .afterwards
        }
        state.saddr = new.source.xfrm
        state.id.daddr = new.destination.xfrm
        state.family = new.destination.family.xfrm
        state.seq = 0
        request = NetlinkRequest(
            type: manner == .update ? XFRM_MSG_UPDSA : XFRM_MSG_NEWSA, flags: NLM_F_ACK)
        request.append(state)
        var hasKeys = true
        var attributes = NetlinkAttributes(from: offset)
        while let attribute = attributes.next(of: message) {
            guard !Self.replaced.contains(attribute.type) else { continue }
            if let start = Self.keyOffset(in: attribute.type) {
                let key = attribute.value.dropFirst(start)
                if !key.isEmpty, key.allSatisfy({ message[$0] == 0 }) { hasKeys = false }
            }
            let value = message.extracting(attribute.value)
            let leapt =
                manner == .update ? nil : Self.leap(attribute.type, value, flags: state.flags)
            request.append(attribute.type) { request in
                if let leapt { request.append(leapt.span) } else { request.append(value) }
            }
        }
        self.hasKeys = hasKeys
        if let encapsulation = new.encapsulation {
            request.append(XFRMA_ENCAP) {
                $0.append(xfrm_encap_tmpl.self) { $0.set(encapsulation) }
            }
        }
        // Or its lifetimes would begin anew.
        request.append(XFRMA_LTIME_VAL, state.curlft)
    }

    /// What is sent between the kernel's answer and the new SA counts on from the same number: the
    /// peer would take one of the two for a replay. So many numbers are left out.
    static let leapt: UInt64 = 4096

    /// The replay state with a sequence number that has not been used; `nil` for other attributes,
    /// and for an SA that sends nothing.
    static func leap(_ type: UInt16, _ value: Span<UInt8>, flags: UInt8) -> [UInt8]? {
        switch xfrm_attr_type_t(rawValue: UInt32(type)) {
        case XFRMA_REPLAY_VAL:
            guard var state = value.load(xfrm_replay_state.self), state.oseq != 0 else {
                return nil
            }
            state.oseq = UInt32(clamping: UInt64(state.oseq) + leapt)
            return octets(of: state)
        case XFRMA_REPLAY_ESN_VAL:
            guard var state = value.load(xfrm_replay_state_esn.self) else { return nil }
            let isExtended = Int32(flags) & XFRM_STATE_ESN != 0
            let number = UInt64(isExtended ? state.oseq_hi : 0) << 32 | UInt64(state.oseq)
            guard number != 0 else { return nil }
            let (next, isOver) = number.addingReportingOverflow(leapt)
            let last: UInt64 = isExtended ? .max : UInt64(UInt32.max)
            let leapt = isOver ? last : min(next, last)
            state.oseq = UInt32(truncatingIfNeeded: leapt)
            if isExtended { state.oseq_hi = UInt32(truncatingIfNeeded: leapt >> 32) }
            var all = octets(of: state)
            for index in all.count..<max(all.count, value.count) { all.append(value[index]) }
            return all
        default: return nil
        }
    }

    private static func octets<T: NetlinkStructure>(of structure: T) -> [UInt8] {
        withUnsafeBytes(of: structure) { [UInt8]($0) }
    }

    /// Where the key begins in the value of an attribute; `nil` for those without one.
    private static func keyOffset(in type: UInt16) -> Int? {
        switch xfrm_attr_type_t(rawValue: UInt32(type)) {
        case XFRMA_ALG_AEAD: MemoryLayout<xfrm_algo_aead>.size
        case XFRMA_ALG_AUTH_TRUNC: MemoryLayout<xfrm_algo_auth>.size
        case XFRMA_ALG_AUTH, XFRMA_ALG_CRYPT: MemoryLayout<xfrm_algo>.size
        default: nil
        }
    }
}
