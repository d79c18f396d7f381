import Glibc

/// One figure beside its goal: `name value unit (goal …) note`.
func row(
    _ name: String, _ value: Double, _ unit: String, goal: String = "", note: String = "",
    digits: Int = 1
) {
    // Lines appear as they are printed, whoever reads them.
    defer { fflush(nil) }
    let number = decimal(value, digits: digits)
    let padded = String(repeating: " ", count: max(0, 10 - number.count)) + number
    let title = name + String(repeating: " ", count: max(0, 52 - name.count))
    var line = "\(title)\(padded) \(unit)"
    guard !goal.isEmpty || !note.isEmpty else { return print(line) }
    line += String(repeating: " ", count: max(1, 70 - line.count))
    if !goal.isEmpty { line += "goal \(goal)" }
    guard !note.isEmpty else { return print(line) }
    print(line + String(repeating: " ", count: max(2, 86 - line.count)) + note)
}

/// A number with so many digits behind the point.
func decimal(_ value: Double, digits: Int) -> String {
    let scale = pow(10, Double(digits))
    let scaled = (value.magnitude * scale).rounded()
    let whole = UInt64(scaled / scale)
    let fraction = String(UInt64(scaled) % UInt64(scale))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    return "\(sign)\(whole)."
        + String(repeating: "0", count: digits - fraction.count) + fraction
}

/// A heading.
func heading(_ text: String) { print("\n\(text)") }

/// A line for whoever started this, beside the table.
func complain(_ text: String) {
    let line = text + "\n"
    write(STDERR_FILENO, line, line.utf8.count)
}
