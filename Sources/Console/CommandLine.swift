/// The words behind a program's name, as C's `main` has them.
public func commandLine(
    _ count: Int32, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>
) -> [String] {
    var words: [String] = []
    for index in 1..<max(1, Int(count)) {
        if let argument = arguments[index] { words.append(String(cString: argument)) }
    }
    return words
}
