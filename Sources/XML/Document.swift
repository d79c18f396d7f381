import CExpat

/// An XML document, read into its elements.
///
/// It is a file of settings and no more: text between the elements, entities, and declarations in the
/// document are refused, so that nothing can grow (billion laughs) and nothing else is read. A
/// document type may be named; its definition is not looked at.
public struct Document: Sendable {
    /// The element that holds all others.
    public let root: Element

    /// The most octets of a document.
    public static let sizeLimit = 1 << 20
    /// Elements in elements: no file of settings comes near, and whoever walks the tree is safe.
    public static let mostNested = 16

    /// Reads UTF-8.
    public init(parsing octets: [UInt8]) throws(XMLProblem) {
        guard octets.count <= Self.sizeLimit else {
            throw XMLProblem(
                message: "file has \(octets.count) octets; expected at most \(Self.sizeLimit)",
                range: 0..<0)
        }
        // expat heeds it whatever encoding it is told; places would be those of other octets.
        guard !octets.starts(with: [0xFE, 0xFF]), !octets.starts(with: [0xFF, 0xFE]) else {
            throw XMLProblem(message: "UTF-16; expected UTF-8", range: 0..<0)
        }
        guard let handle = XML_ParserCreate("UTF-8") else {
            throw XMLProblem(message: "out of memory", range: 0..<0)
        }
        let reader = Reader(octets, handle)
        root = try reader.read()
    }
}

/// What expat calls.
private final class Reader {
    private let octets: [UInt8]
    private let handle: XML_Parser
    private var open: [Element] = []
    private var root: Element?
    private var problem: XMLProblem?

    init(_ octets: [UInt8], _ handle: XML_Parser) {
        self.octets = octets
        self.handle = handle
    }

    deinit {
        XML_ParserFree(handle)
    }

    func read() throws(XMLProblem) -> Element {
        XML_SetUserData(handle, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            handle, { Reader.from($0)?.start($1, $2) },
            { context, _ in Reader.from(context)?.end() })
        XML_SetCharacterDataHandler(handle) { Reader.from($0)?.text($1, $2) }
        XML_SetSkippedEntityHandler(handle) { context, _, _ in
            Reader.from(context)?.refuse(Reader.entity)
        }
        XML_SetStartDoctypeDeclHandler(handle) { context, _, _, _, hasDeclarations in
            guard hasDeclarations != 0 else { return }
            Reader.from(context)?.refuse("declarations in the document; expected none")
        }
        let status = octets.withUnsafeBytes {
            XML_Parse(
                handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(clamping: $0.count), 1)
        }
        if let problem { throw problem }
        guard status == XML_STATUS_OK, let root else {
            let reason = XML_ErrorString(XML_GetErrorCode(handle)).map { String(cString: $0) }
            throw XMLProblem(
                message: "\(reason ?? "not well-formed"); expected XML", range: place(length: 1))
        }
        return root
    }

    private static let entity = "entity; expected &amp;, &lt;, &gt;, &quot;, &apos; or a number"

    /// The reader behind what expat was given.
    private static func from(_ context: UnsafeMutableRawPointer?) -> Reader? {
        context.map { Unmanaged<Reader>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Where expat is.
    private func place(length: Int) -> Range<Int> {
        let start = min(max(0, Int(XML_GetCurrentByteIndex(handle))), octets.count)
        return start..<min(start + length, octets.count)
    }

    private func refuse(_ message: String, at range: Range<Int>? = nil) {
        guard problem == nil else { return }
        problem = XMLProblem(message: message, range: range ?? place(length: 1))
        XML_StopParser(handle, 0)
    }

    private func start(
        _ name: UnsafePointer<CChar>?, _ words: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    ) {
        guard problem == nil, let name, let words else { return }
        let tag = StartTag(octets, at: place(length: 1).lowerBound)
        guard open.count < Document.mostNested else {
            refuse("more than \(Document.mostNested) elements in one another", at: tag.nameRange)
            return
        }
        var attributes: [Element.Attribute] = []
        for (index, places) in tag.attributes.enumerated() {
            guard let name = words[2 * index], let value = words[2 * index + 1] else { break }
            if let entity = undeclared(in: places.value) {
                refuse(Self.entity, at: entity)
                return
            }
            attributes.append(
                Element.Attribute(
                    name: String(cString: name), value: String(cString: value),
                    nameRange: places.name, valueRange: places.value))
        }
        open.append(
            Element(
                name: String(cString: name), nameRange: tag.nameRange, attributes: attributes))
    }

    /// An entity of which expat, once a document type is named, says nothing in an attribute.
    private func undeclared(in value: Range<Int>) -> Range<Int>? {
        var index = value.lowerBound
        while index < value.upperBound {
            defer { index += 1 }
            guard octets[index] == UInt8(ascii: "&") else { continue }
            let rest = octets[index + 1..<value.upperBound]
            let known: [StaticString] = ["#", "amp;", "lt;", "gt;", "quot;", "apos;"]
            let isKnown = known.contains { name in
                rest.starts(
                    with: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
            }
            if !isKnown {
                return index..<(rest.firstIndex(of: UInt8(ascii: ";")) ?? index) + 1
            }
        }
        return nil
    }

    private func end() {
        guard problem == nil, let element = open.popLast() else { return }
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(element)
        }
    }

    private func text(_ start: UnsafePointer<CChar>?, _ count: Int32) {
        let text = UnsafeBufferPointer(start: start, count: Int(count))
        guard let index = text.firstIndex(where: { !(0...0x20 ~= $0) }) else { return }
        let start = place(length: 1).lowerBound
        // Of a line's text expat begins with the blanks.
        refuse(
            "text between elements; expected none",
            at: min(start + index, octets.count)..<min(start + text.count, octets.count))
    }
}
