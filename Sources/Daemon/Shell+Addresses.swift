import IKE
import Kernel
import Net
import Policy
import Reactor

// The host's own addresses, which MOBIKE follows (RFC 4555).

extension Shell {
    /// Begins to follow them.
    func watchAddresses() throws(ReactorError) -> Watch {
        addressTimer = loop.makeTimer { [unowned(unsafe) self] in readAddresses() }
        return try loop.watch(hostAddresses.notificationDescriptor) { [unowned(unsafe) self] in
            do throws(KernelError) {
                try hostAddresses.takeChanges()
            } catch {
                fail(Failure(error.description))
            }
            addressTimer?.set(deadline: addressChanges.change(at: loop.now))
        }
    }

    /// Tells the engine what addresses there are.
    func readAddresses() {
        addressChanges.settle()
        do throws(KernelError) {
            let addresses = try hostAddresses.addresses()
            if logs(.verbose) {
                let list = addresses.map { $0.description }.joined(separator: ", ")
                sink.write(.debug, "kernel: our addresses: \(list)")
            }
            handle(.addresses(addresses))
        } catch {
            sink.write(.error, "the addresses known are old: \(error)")
        }
    }

    /// The ways to a peer.
    func findPaths(_ question: PathQuestion) -> [IKE.Path] {
        question.remotes.compactMap { remote in
            do throws(KernelError) {
                return try hostAddresses.source(for: remote).map {
                    IKE.Path(local: $0, remote: remote)
                }
            } catch {
                sink.write(.error, "\(error)")
                return nil
            }
        }
    }
}
