import Crypto
import Testing

@testable import IKE

@Suite struct JobTests {
    /// A stock of one key of Curve25519, and that key.
    private func stockOfOne() throws -> (KeyPairStock, KeyPair) {
        let stock = KeyPairStock([.curve25519], capacity: 1)
        let pair = try KeyPair.generate(.curve25519)
        #expect(stock.order() == .curve25519)
        stock.add(pair)
        return (stock, pair)
    }

    @Test func aKeyMadeAheadIsAnInitiatorsFirstHalf() throws {
        let (stock, pair) = try stockOfOne()
        guard case .done(.keyPair(let given)) = Job.generate(.curve25519).lightened(by: stock)
        else {
            Issue.record("the key was not given out")
            return
        }
        #expect(given === pair)
        guard case .left(.generate(.curve25519)) = Job.generate(.curve25519).lightened(by: stock)
        else {
            Issue.record("a key was given out twice")
            return
        }
    }

    @Test func aKeyMadeAheadIsTheBeginningOfAResponse() throws {
        let (stock, pair) = try stockOfOne()
        let peer = try KeyPair.generate(.curve25519)
        let job = Job.respond(.curve25519, peerValue: peer.publicValue)
        guard case .left(let rest) = job.lightened(by: stock),
            case .response(let publicValue, let secret) = rest.run()
        else {
            Issue.record("the job came to nothing")
            return
        }
        #expect(publicValue == pair.publicValue)
        #expect(secret == (try peer.sharedSecret(with: publicValue)))
        guard case .left(.respond) = job.lightened(by: stock) else {
            Issue.record("a key was given out twice")
            return
        }
    }

    @Test func keysOfOneGroupAreNotUsedForAnother() throws {
        let (stock, _) = try stockOfOne()
        guard case .left(.generate(.ecp256)) = Job.generate(.ecp256).lightened(by: stock) else {
            Issue.record("a key of another group was given out")
            return
        }
        #expect(stock.count(of: .curve25519) == 1)
    }
}
