/// Where the parts of a sealed message lie: in this order, each within the message.
struct SealedParts {
    let associatedData: UnsafeMutableRawBufferPointer
    let iv: UnsafeMutableRawBufferPointer
    let text: UnsafeMutableRawBufferPointer
    let icv: UnsafeMutableRawBufferPointer
    /// What a separate integrity algorithm covers: from the header to the end of the text.
    let covered: UnsafeMutableRawBufferPointer
    /// The length of the text as libcrypto takes it.
    let textLength: Int32
    /// The length of the associated data as libcrypto takes it.
    let associatedLength: Int32

    init(
        of message: UnsafeMutableRawBufferPointer, associatedData: Range<Int>, iv: Range<Int>,
        text: Range<Int>, icv: Range<Int>, using protection: Protection
    ) throws(CryptoError) {
        guard associatedData.lowerBound >= 0, associatedData.upperBound <= iv.lowerBound,
            iv.upperBound <= text.lowerBound, text.upperBound <= icv.lowerBound,
            icv.upperBound <= message.count
        else { throw .invalidLength(of: "message") }
        guard iv.count == protection.ivLength else {
            throw .invalidLength(of: "initialization vector")
        }
        guard icv.count == protection.icvLength else {
            throw .invalidLength(of: "integrity checksum")
        }
        guard text.count.isMultiple(of: protection.blockLength), !text.isEmpty,
            let textLength = Int32(exactly: text.count),
            let associatedLength = Int32(exactly: associatedData.count)
        else { throw .invalidLength(of: "encrypted text") }
        self.associatedData = UnsafeMutableRawBufferPointer(rebasing: message[associatedData])
        self.iv = UnsafeMutableRawBufferPointer(rebasing: message[iv])
        self.text = UnsafeMutableRawBufferPointer(rebasing: message[text])
        self.icv = UnsafeMutableRawBufferPointer(rebasing: message[icv])
        self.covered = UnsafeMutableRawBufferPointer(
            rebasing: message[associatedData.lowerBound..<icv.lowerBound])
        self.textLength = textLength
        self.associatedLength = associatedLength
    }
}
