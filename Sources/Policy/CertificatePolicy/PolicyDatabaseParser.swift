import XML

/// Reads kmf-policy.xml(5). What is not known is an error, as in the other files: a policy that is
/// not followed in a part because a letter is wrong would believe peers that it must not.
struct PolicyDatabaseParser {
    private let source: Source
    private(set) var diagnostics: Diagnostics
    private var hasErrors = false

    init(_ source: Source, _ diagnostics: Diagnostics) {
        self.source = source
        self.diagnostics = diagnostics
    }

    mutating func parse() -> PolicyDatabase? {
        let document: Document
        do throws(XMLProblem) {
            document = try Document(parsing: source.octets)
        } catch {
            self.error(error.message, at: error.range)
            return nil
        }
        let root = document.root
        guard root.name == PolicyElement.database.name else {
            error(
                "element \(PolicyEntry.quoted(root.name)); expected "
                    + "'\(PolicyElement.database.name)'", at: root.nameRange)
            return nil
        }
        checkAttributes(of: root, .database, besides: [])
        var database = PolicyDatabase()
        for (child, element) in known(root, .database) {
            guard element == .policy, let entry = policy(child) else { continue }
            if database[entry.name] != nil {
                error(
                    "duplicate policy \(PolicyEntry.quoted(entry.name)); expected it once",
                    at: child.attribute("name")?.valueRange ?? child.nameRange)
            }
            database.put(entry)
        }
        return hasErrors ? nil : database
    }

    private mutating func policy(_ element: Element) -> PolicyEntry? {
        guard let name = element.attribute("name") else {
            error("policy without a name; expected name=\"…\"", at: element.nameRange)
            return nil
        }
        do throws(PolicyEntry.Refusal) {
            var entry = try PolicyEntry(name: name.value)
            var places: [PolicyAttribute: Range<Int>] = [:]
            read(element, .policy, into: &entry, &places)
            if let (attribute, message) = entry.inconsistency {
                error(message, at: places[attribute] ?? element.nameRange)
            }
            return entry
        } catch {
            self.error(error.message, at: name.valueRange)
            return nil
        }
    }

    /// Reads an element and what is in it: as deep as the elements that are known nest, no deeper.
    private mutating func read(
        _ element: Element, _ kind: PolicyElement, into entry: inout PolicyEntry,
        _ places: inout [PolicyAttribute: Range<Int>]
    ) {
        checkAttributes(of: element, kind, besides: kind == .policy ? ["name"] : [])
        for attribute in kind.attributes {
            guard let found = element.attribute(attribute.place.name) else { continue }
            places[attribute] = found.valueRange
            // Each element of a list holds one of its values.
            let earlier = kind.repeats && kind != .policy ? entry[attribute] : nil
            do throws(PolicyEntry.Refusal) {
                if earlier != nil {
                    var alone = PolicyEntry.default
                    try alone.set(attribute, to: found.value)
                }
                try entry.set(
                    attribute, to: (earlier.map { "\($0)," } ?? "") + found.value)
            } catch {
                self.error(error.message, at: found.valueRange)
            }
        }
        // Revocation by lists is asked for by the element alone.
        if kind == .crl, element.attributes.isEmpty {
            try? entry.set(.crlGetURI, to: "false")
            places[.crlGetURI] = element.nameRange
        }
        for (child, childKind) in known(element, kind) {
            guard childKind != .mapping else {
                warn("has no effect here", at: child.nameRange, child.name)
                continue
            }
            read(child, childKind, into: &entry, &places)
        }
    }

    private mutating func checkAttributes(
        of element: Element, _ kind: PolicyElement, besides others: [String]
    ) {
        let known = others + kind.attributes.map { $0.place.name }
        let vocabulary = Vocabulary(known.map { ($0, true) })
        for attribute in element.attributes where vocabulary[attribute.name] == nil {
            if kind.hasForeignAttribute(attribute.name) {
                warn("has no effect here", at: attribute.nameRange, attribute.name)
                continue
            }
            let expected = known.isEmpty ? "none" : vocabulary.list
            error(
                "unknown attribute \(PolicyEntry.quoted(attribute.name)) of '\(kind.name)'; "
                    + "expected \(expected)\(Self.hint(vocabulary.nearest(to: attribute.name)))",
                at: attribute.nameRange)
        }
    }

    /// The elements that may stand in another; all others are told of.
    private mutating func known(
        _ element: Element, _ kind: PolicyElement
    ) -> [(Element, PolicyElement)] {
        var found: [(Element, PolicyElement)] = []
        let vocabulary = Vocabulary(kind.children.map { ($0.name, $0) })
        for child in element.children {
            guard let childKind = vocabulary[child.name] else {
                let expected = kind.children.isEmpty ? "none" : vocabulary.list
                error(
                    "element \(PolicyEntry.quoted(child.name)) in '\(kind.name)'; "
                        + "expected \(expected)\(Self.hint(vocabulary.nearest(to: child.name)))",
                    at: child.nameRange)
                continue
            }
            guard childKind.repeats || !found.contains(where: { $0.1 == childKind }) else {
                error(
                    "duplicate '\(child.name)' in '\(kind.name)'; expected it once",
                    at: child.nameRange)
                continue
            }
            found.append((child, childKind))
        }
        return found
    }

    private static func hint(_ nearest: String?) -> String {
        nearest.map { " (did you mean '\($0)'?)" } ?? ""
    }

    private mutating func error(_ message: String, at range: Range<Int>) {
        hasErrors = true
        diagnostics.add(
            Diagnostic(.error, message, in: source, at: source.location(of: range)))
    }

    private mutating func warn(_ message: String, at range: Range<Int>, _ name: String) {
        diagnostics.add(
            Diagnostic(
                .warning, "\(PolicyEntry.quoted(name)) \(message)", in: source,
                at: source.location(of: range)))
    }
}

extension Source {
    /// The place of octets that stand on one line.
    fileprivate func location(of range: Range<Int>) -> SourceLocation {
        let range = range.clamped(to: 0..<octets.count)
        var line = 1
        var start = 0
        for index in octets[..<range.lowerBound].indices where octets[index] == .lineFeed {
            line += 1
            start = index + 1
        }
        func characters(_ range: Range<Int>) -> Int {
            octets[range].reduce(0) { $0 + ($1.isUTF8Continuation ? 0 : 1) }
        }
        return SourceLocation(
            line: line, column: characters(start..<range.lowerBound) + 1,
            length: characters(range), offset: range.lowerBound)
    }
}
