@testable import IKE
import IPsec
import Net

/// Why two hosts do not agree on their SAs; `nil` when they do: what one sends with, the other
/// receives with, with the same keys and algorithms, and nobody holds anything else.
func disagreement(_ a: Host, _ b: Host) -> String? {
    let ours = Set(a.kernel.entries.keys)
    let theirs = Set(b.kernel.entries.keys)
    guard ours == theirs else {
        let list = ours.symmetricDifference(theirs).map { $0.description }.sorted()
        return "only one end holds \(list.joined(separator: ", "))"
    }
    for (id, entry) in a.kernel.entries {
        guard let other = b.kernel.entries[id] else { continue }
        guard entry.direction != other.direction else { return "\(id): both send or both receive" }
        guard entry.suite == other.suite, entry.mode == other.mode else {
            return "\(id): algorithms or modes differ"
        }
        guard entry.encryptionKey.revealed() == other.encryptionKey.revealed(),
            entry.integrityKey.revealed() == other.integrityKey.revealed()
        else { return "\(id): keys differ" }
        guard entry.selector == other.selector else { return "\(id): selectors differ" }
    }
    let ourIKE = Set(a.establishedSAs.map { [$0.initiatorSPI, $0.responderSPI] })
    let theirIKE = Set(b.establishedSAs.map { [$0.initiatorSPI, $0.responderSPI] })
    guard ourIKE == theirIKE else { return "the IKE SAs differ: \(ourIKE) and \(theirIKE)" }
    return nil
}
