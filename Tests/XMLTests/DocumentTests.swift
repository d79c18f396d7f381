import Testing

@testable import XML

@Suite struct DocumentTests {
    private func read(_ text: String) throws(XMLProblem) -> Element {
        try Document(parsing: Array(text.utf8)).root
    }

    private func problem(_ text: String) throws -> (message: String, at: Substring) {
        let octets = Array(text.utf8)
        var found: XMLProblem?
        do { _ = try Document(parsing: octets) } catch { found = error }
        let problem = try #require(found)
        return (problem.message, Substring(decoding: octets[problem.range], as: UTF8.self))
    }

    @Test func everyPartHasItsPlace() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- ä <not an='element'/> -->
            <a  one = "1"
                two='&lt;"&#x41;>'><b/><c x="ü"></c></a>
            """
        let octets = Array(text.utf8)
        func at(_ range: Range<Int>) -> String { String(decoding: octets[range], as: UTF8.self) }
        let root = try read(text)
        #expect(root.name == "a")
        #expect(at(root.nameRange) == "a")
        #expect(root.attributes.map { $0.name } == ["one", "two"])
        #expect(root.attributes.map { $0.value } == ["1", "<\"A>"])
        #expect(root.attributes.map { at($0.nameRange) } == ["one", "two"])
        #expect(root.attributes.map { at($0.valueRange) } == ["1", "&lt;\"&#x41;>"])
        #expect(root.children.map { $0.name } == ["b", "c"])
        #expect(root.children.last?.attribute("x")?.value == "ü")
        #expect(root.children.last?.attribute("y") == nil)
    }

    @Test func aDocumentTypeIsNamedAndNotRead() throws {
        let root = try read("<!DOCTYPE a SYSTEM \"/nonexistent.dtd\"><a x=\"&amp;&#33;\"/>")
        #expect(root.attribute("x")?.value == "&!")
    }

    @Test(arguments: [
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a/>",
        "<!DOCTYPE a SYSTEM \"a.dtd\" [<!ATTLIST a b CDATA \"c\">]><a/>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM \"/etc/passwd\"> %p;]><a/>",
    ])
    func declarationsAreRefused(_ text: String) throws {
        #expect(try problem(text).message == "declarations in the document; expected none")
    }

    @Test func billionLaughsEndAtTheFirst() throws {
        var text = "<!DOCTYPE a [<!ENTITY l0 \"lol\">"
        for level in 1..<10 {
            let references = String(repeating: "&l\(level - 1);", count: 10)
            text += "<!ENTITY l\(level) \"\(references)\">"
        }
        #expect(
            try problem(text + "]><a>&l9;</a>").message
                == "declarations in the document; expected none")
    }

    @Test(arguments: [
        "<!DOCTYPE a SYSTEM \"a.dtd\"><a x=\"1 &unknown; 2\"/>",
        "<!DOCTYPE a SYSTEM \"a.dtd\"><a>&unknown;</a>",
    ])
    func entitiesOfTheDocumentTypeAreRefused(_ text: String) throws {
        #expect(try problem(text).message.hasPrefix("entity; expected &amp;"))
    }

    @Test func theEntityInAnAttributeIsShown() throws {
        let found = try problem("<!DOCTYPE a SYSTEM \"a.dtd\"><a x=\"1 &unknown; 2\"/>")
        #expect(found.at == "&unknown;")
    }

    @Test func textIsRefusedWhereItStands() throws {
        let found = try problem("<a>\n  <b/> words\n</a>")
        #expect(found.message == "text between elements; expected none")
        #expect(found.at.hasPrefix("words"))
        #expect(throws: XMLProblem.self) { try read("<a><![CDATA[x]]></a>") }
    }

    @Test(arguments: [
        "", " ", "<a>", "<a></b>", "<a/><a/>", "<a x=1/>", "<a x=\"1\" x=\"2\"/>", "<a x=\"<\"/>",
        "<a>\u{1}</a>", "\u{0}<a/>", "<a x=\"&#0;\"/>", "<a", "<a x='", "&amp;", "<a>]]></a>",
    ])
    func whatIsNotWellFormedIsRefused(_ text: String) {
        #expect(throws: XMLProblem.self) { try read(text) }
    }

    @Test func otherEncodingsAreRefused() {
        let wide = "<a/>".utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(0)] }
        #expect(throws: XMLProblem.self) { try Document(parsing: [0xFF, 0xFE] + wide) }
        #expect(throws: XMLProblem.self) { try Document(parsing: Array("<a x=\"".utf8) + [0xFF]) }
    }

    @Test func elementsNestSoFarAndNoFarther() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        #expect(try read(nested(Document.mostNested)).name == "a")
        #expect(
            try problem(nested(Document.mostNested + 1)).message
                == "more than 16 elements in one another")
    }

    @Test func largeDocumentsAreRefusedUnread() throws {
        let small = "<a/>" + String(repeating: " ", count: Document.sizeLimit - 4)
        #expect(try read(small).name == "a")
        #expect(
            try problem(small + " ").message
                == "file has 1048577 octets; expected at most 1048576")
    }

    /// Each octet of a good document cut off, left out, or made another: an answer or a problem.
    @Test func damageIsSurvived() {
        let good = Array("<!DOCTYPE a SYSTEM 'd'><a x='&lt;'><b y=\"2\"/><!--c--></a>".utf8)
        var answers = 0
        for index in good.indices {
            var versions = [Array(good[..<index])]
            for octet in [UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: "'"), 0, 0xFF] {
                var other = good
                other[index] = octet
                versions.append(other)
            }
            var shorter = good
            shorter.remove(at: index)
            versions.append(shorter)
            for octets in versions {
                do {
                    _ = try Document(parsing: octets)
                } catch {
                    #expect(error.range.upperBound <= octets.count)
                    #expect(!error.message.isEmpty)
                }
                answers += 1
            }
        }
        #expect(answers == 7 * good.count)
    }
}
