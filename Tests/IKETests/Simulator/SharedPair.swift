import Crypto
import Wire

@testable import IKE

/// Workers that do not compute: every key exchange is of one key pair with itself, so that both ends
/// agree as they would. For runs of millions of handshakes, which are not about the group; nonces
/// and SPIs still differ, and so do all keys.
struct SharedPair {
    private let pair: KeyPair
    private let secret: Secret

    init() throws {
        pair = try KeyPair.generate(.curve25519)
        secret = try pair.sharedSecret(with: pair.publicValue)
    }

    func outcome(of job: Job) -> JobOutcome {
        switch job {
        case .generate: .keyPair(pair)
        case .derive: .sharedSecret(secret)
        case .respond, .complete: .response(publicValue: pair.publicValue, sharedSecret: secret)
        case .sign, .verify, .appraise: job.run()
        }
    }
}
