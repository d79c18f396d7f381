import Glibc

/// One figure beside its goal: `name value unit (goal …)`.
func row(_ name: String, _ value: Double, _ unit: String, goal: String = "", digits: Int = 1) {
    let number = decimal(value, digits: digits)
    let padded = String(repeating: " ", count: max(0, 10 - number.count)) + number
    let title = name + String(repeating: " ", count: max(0, 58 - name.count))
    print("\(title)\(padded) \(unit)" + (goal.isEmpty ? "" : "   goal \(goal)"))
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
