import Crypto
import IPsec
import Net
import Policy
import Wire

// What an IKE SA holds until it is established, and not a moment longer.

/// The initiator's side of IKE_SA_INIT.
final class Initiation {
    enum Step {
        case generating
        case requested(KeyPair)
        case deriving(IKESuite)
    }

    let rule: Rule
    var child: ChildRequest
    let nonce: [UInt8]
    var step = Step.generating
    var method: KeyExchangeMethod
    var cookie: [UInt8] = []
    /// How often the peer has asked for a cookie or another group.
    var restarts = 0
    var request: [UInt8] = []
    var responderNonce: [UInt8] = []
    var response: [UInt8] = []
    /// Whether the peer does NAT traversal.
    var detectsNATs = false
    /// What the peer has said about the proofs that it would believe.
    var wishes = ProofWishes()
    /// What the peer, or somebody in its name, answered that was no good.
    var hint: Refusal?

    /// A peer that keeps asking for another cookie or group is left to itself.
    static let mostRestarts = 3

    init(rule: Rule, child: ChildRequest, nonce: [UInt8], method: KeyExchangeMethod) {
        self.rule = rule
        self.child = child
        self.nonce = nonce
        self.method = method
    }
}

/// The responder's side of IKE_SA_INIT while a worker is busy.
final class Response {
    var candidates: [Rule]
    /// The hashes that the peer verifies signatures with (RFC 7427 §4).
    let hashes: [SignatureHashAlgorithm]
    let suite: IKESuite
    let proposalNumber: UInt8
    let nonces: Nonces
    let request: [UInt8]

    init(
        candidates: [Rule], hashes: [SignatureHashAlgorithm], suite: IKESuite,
        proposalNumber: UInt8, nonces: Nonces, request: [UInt8]
    ) {
        self.candidates = candidates
        self.hashes = hashes
        self.suite = suite
        self.proposalNumber = proposalNumber
        self.nonces = nonces
        self.request = request
    }
}

/// The responder between IKE_SA_INIT and IKE_AUTH.
final class HalfOpen {
    /// An IKE_AUTH request while workers are at the proofs.
    final class Claim {
        let contents: Contents
        /// Who the peer says it is.
        let peer: Identification
        /// The rule that it falls under; a refresh may put another of the same label in its place.
        var rule: Rule
        let own: OwnProof

        init(contents: Contents, peer: Identification, rule: Rule, own: OwnProof) {
            self.contents = contents
            self.peer = peer
            self.rule = rule
            self.own = own
        }
    }

    enum Step {
        case waiting
        /// A worker checks the peer's signature.
        case verifying(Claim)
        /// Others are asked whether the peer's certificate has been revoked.
        case fetching(Claim, Fetch)
        /// A worker makes ours.
        case signing(Claim)
    }

    var step = Step.waiting

    /// The request that workers are at, if they are.
    var claim: Claim? {
        switch step {
        case .waiting: nil
        case .verifying(let claim), .fetching(let claim, _), .signing(let claim): claim
        }
    }

    var candidates: [Rule]
    /// The hashes that the peer verifies signatures with (RFC 7427 §4).
    let hashes: [SignatureHashAlgorithm]
    let keys: IKEKeys
    let authenticationKeys: AuthenticationKeys
    let nonces: Nonces
    let request: [UInt8]
    let response: [UInt8]

    init(
        candidates: [Rule], hashes: [SignatureHashAlgorithm], keys: IKEKeys,
        authenticationKeys: AuthenticationKeys, nonces: Nonces, request: [UInt8],
        response: [UInt8]
    ) {
        self.candidates = candidates
        self.hashes = hashes
        self.keys = keys
        self.authenticationKeys = authenticationKeys
        self.nonces = nonces
        self.request = request
        self.response = response
    }
}

/// The initiator in IKE_AUTH.
final class Authenticating {
    enum Step {
        /// A worker makes our signature.
        case signing
        /// The request is out.
        case requested
        /// A worker checks the signature in the answer.
        case verifying(Contents)
        /// Others are asked whether the peer's certificate has been revoked.
        case fetching(Contents, Fetch)
    }

    var step = Step.signing
    var rule: Rule
    let keys: IKEKeys
    let authenticationKeys: AuthenticationKeys
    let nonces: Nonces
    let response: [UInt8]
    let own: OwnProof
    let child: ChildProposal

    init(
        rule: Rule, keys: IKEKeys, authenticationKeys: AuthenticationKeys, nonces: Nonces,
        response: [UInt8], own: OwnProof, child: ChildProposal
    ) {
        self.rule = rule
        self.keys = keys
        self.authenticationKeys = authenticationKeys
        self.nonces = nonces
        self.response = response
        self.own = own
        self.child = child
    }
}

/// A Child SA that somebody wants: what met the policy, and what the policy asks for.
struct ChildRequest: Hashable {
    /// The larval SA that the kernel holds for it.
    private(set) var sequence: UInt32
    /// Whether the kernel has asked for it again while it was being negotiated: there is still
    /// traffic for it.
    private(set) var isAskedAgain = false
    let flow: Selector
    let template: Template
    let target: ChildSA.Target

    init(_ acquire: Acquire) {
        sequence = acquire.sequence
        flow = acquire.flow
        template = acquire.template
        target = ChildSA.Target(
            mode: acquire.template.mode, reqid: acquire.template.reqid,
            interfaceID: acquire.interfaceID, mark: acquire.mark, policy: acquire.policy)
    }

    /// For what a policy asks for, before a packet meets it.
    init(_ policy: SecurityPolicy, _ template: Template) {
        sequence = 0
        flow = policy.selector
        self.template = template
        target = ChildSA.Target(
            mode: template.mode, reqid: template.reqid, interfaceID: policy.interfaceID,
            mark: policy.mark, policy: policy.selector)
    }

    /// For an SA in place of one that serves the same policy.
    init(renewing child: ChildSA, template: Template) {
        sequence = 0
        flow = child.target.policy
        self.template = template
        target = child.target
    }

    /// The kernel has given up its larval SA and made another.
    mutating func askAgain(_ newer: ChildRequest) {
        sequence = newer.sequence
        isAskedAgain = true
    }

    /// The same, to be negotiated from the beginning.
    var anew: ChildRequest {
        var request = self
        request.isAskedAgain = false
        return request
    }

    /// The flow first, then the policy (RFC 7296 §2.9); our side or the peer's. Where each
    /// connection has an SA of its own, the flow alone.
    func selectors(
        isUnique: Bool, _ side: (Selector) -> TrafficSelector
    ) -> [TrafficSelector] {
        let flow = side(flow)
        if isUnique { return [flow] }
        let policy = side(target.policy)
        return flow == policy ? [policy] : [flow, policy]
    }
}

/// A Child SA that we have proposed to the peer.
final class ChildProposal {
    /// Where the SA's own key exchange stands, if it has one.
    enum Step {
        case none
        case generating(job: UInt32)
        case offered(KeyPair)
        case deriving(Contents, job: UInt32)
    }

    /// What the peer has made in place of the same SA, and the nonces of that exchange.
    struct Rival {
        let child: ChildSA
        let nonces: Nonces
    }

    var step = Step.none
    /// How often the peer has asked for another group.
    var restarts = 0
    var request: ChildRequest
    /// The SA that it takes the place of.
    let replaced: ChildSA?
    /// Why it does.
    var occasion: RekeyOccasion
    var rival: Rival?
    /// What the peer has deleted that we know nothing of, as yet: its answer to this may be late.
    private(set) var deleted: [ChildSPI] = []
    /// How often the peer has asked us to come again later.
    let attempt: UInt8
    let inboundSPI: ChildSPI
    let proposals: [Proposal]
    /// The groups proposed for a key exchange of its own; empty for none.
    let groups: [KeyExchangeMethod]
    let localSelectors: [TrafficSelector]
    let remoteSelectors: [TrafficSelector]
    /// Our nonce, in CREATE_CHILD_SA; in IKE_AUTH those of IKE_SA_INIT serve.
    let nonce: [UInt8]

    init(
        request: ChildRequest, replacing replaced: ChildSA?, on occasion: RekeyOccasion,
        attempt: UInt8, inboundSPI: ChildSPI, proposals: [Proposal],
        groups: [KeyExchangeMethod], localSelectors: [TrafficSelector],
        remoteSelectors: [TrafficSelector], nonce: [UInt8]
    ) {
        self.request = request
        self.replaced = replaced
        self.occasion = occasion
        self.attempt = attempt
        self.inboundSPI = inboundSPI
        self.proposals = proposals
        self.groups = groups
        self.localSelectors = localSelectors
        self.remoteSelectors = remoteSelectors
        self.nonce = nonce
    }

    /// One SA is what the request makes: more than a few that are deleted meanwhile are none of it.
    private static let mostDeleted = 8

    /// The peer has deleted an SA that is not there.
    func note(deleted spi: ChildSPI) {
        if deleted.count < Self.mostDeleted { deleted.append(spi) }
    }
}

/// A CREATE_CHILD_SA request for a Child SA whose key exchange a worker is at.
final class ChildGranting {
    let contents: Contents
    /// The Child SA that the new one takes the place of.
    let replaced: ChildSA?
    let nonces: Nonces
    let method: KeyExchangeMethod
    let job: UInt32

    init(
        contents: Contents, replacing replaced: ChildSA?, nonces: Nonces,
        method: KeyExchangeMethod, job: UInt32
    ) {
        self.contents = contents
        self.replaced = replaced
        self.nonces = nonces
        self.method = method
        self.job = job
    }
}
