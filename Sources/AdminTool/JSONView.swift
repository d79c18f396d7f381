import Admin

/// Shows what comes, somehow.
protocol View: AnyObject {
    func show(_ value: Value)
    /// All has come; what was done, in words.
    func finish(_ words: String) throws(Failure)
}

/// One JSON document: an object whose only member is named for what was asked for, or `result`.
final class JSONView: View {
    private let output: Output
    private let name: String
    /// Whether there may be several.
    private let isList: Bool
    private var count = 0

    init(_ request: Request, _ output: Output) {
        self.output = output
        switch request {
        case .get(let setting):
            name = setting.rawValue
            isList = false
        case .dump(let collection, _):
            name = collection.rawValue
            isList = true
        case .show(let object):
            name = object.collection.rawValue
            isList = true
        case .explain:
            name = "explain"
            isList = false
        default:
            name = "result"
            isList = false
        }
    }

    func show(_ value: Value) {
        output.write(count == 0 ? "{\n  \"\(name)\": " + (isList ? "[\n    " : "") : ",\n    ")
        output.write(value.json(indentedBy: isList ? 2 : 1))
        count += 1
    }

    func finish(_ words: String) {
        guard count > 0 else {
            let nothing = isList ? "[]" : Value.text(words).json
            return output.line("{\n  \"\(name)\": \(nothing)\n}")
        }
        output.line((isList ? "\n  ]" : "") + "\n}")
    }
}

extension Request.Name {
    var collection: Request.Collection {
        switch self {
        case .ikeSA, .ikeSABetween: .ikeSAs
        case .childSA: .childSAs
        case .rule: .rules
        case .presharedKey: .presharedKeys
        }
    }
}
