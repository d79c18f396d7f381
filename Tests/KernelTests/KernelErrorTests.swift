import CLinux
import IPsec
import Testing
import Wire

@testable import Kernel

@Suite struct KernelErrorTests {
    private let refusal = NetlinkError(EPROTONOSUPPORT, explanation: "Requested type not found")

    @Test func explanationFollowsTheCappedRequest() {
        #expect(OneMessage(CapturedAnswer.refusal)?.outcome == .failure(refusal))
    }

    @Test func explanationFollowsTheRepeatedRequest() {
        #expect(OneMessage(CapturedAnswer.refusalWithRequest)?.outcome == .failure(refusal))
    }

    @Test func acknowledgementIsSuccess() {
        let octets = [UInt8](repeating: 0, count: MemoryLayout<nlmsgerr>.size)
        let outcome = NetlinkSocket.outcome(ofAcknowledgement: octets.span, flags: 0)
        #expect(outcome == .success(true))
    }

    @Test func descriptionHasOperationErrorAndTheKernelsWords() {
        #expect(
            KernelError(refusal, during: "add inbound ESP 0xc0ffee01 to 192.0.2.1").description
                == """
                add inbound ESP 0xc0ffee01 to 192.0.2.1: Protocol not supported \
                (EPROTONOSUPPORT): kernel says "Requested type not found"
                """)
        #expect(
            KernelError(NetlinkError(EPERM), during: "open XFRM").description
                == "open XFRM: Operation not permitted (EPERM)")
    }

    @Test func descriptionsNameTheSA() throws {
        let id = SADEntry.ID(
            destination: try address("192.0.2.1"), protocolID: .esp, spi: ChildSPI(0xC0FF_EE01))
        #expect(
            KernelError.spiInUse(id).description == "ESP 0xc0ffee01 to 192.0.2.1 exists already")
        #expect(
            KernelError.unknownSA(id).description
                == "there is no ESP 0xc0ffee01 to 192.0.2.1 in the kernel")
        #expect(KernelError.spiInUse(id).code == EEXIST)
        #expect(KernelError.unknownSA(id).code == ESRCH)
    }
}
