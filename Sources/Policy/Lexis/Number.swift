/// A number as C writes it: decimal, `0x` hexadecimal or `0` octal.
package enum Number {
    case value(UInt64)
    case tooLarge
    case notANumber

    package static func parse(_ octets: [UInt8], in range: Range<Int>) -> Number {
        var digits = octets[range]
        var radix: UInt64 = 10
        if digits.first == UInt8(ascii: "0"), digits.count > 1 {
            digits = digits.dropFirst()
            radix = 8
            if digits.first == UInt8(ascii: "x") || digits.first == UInt8(ascii: "X") {
                digits = digits.dropFirst()
                radix = 16
            }
        }
        guard !digits.isEmpty else { return .notANumber }
        var value: UInt64 = 0
        var overflows = false
        for octet in digits {
            guard let digit = octet.hexDigitValue, digit < radix else { return .notANumber }
            let (product, first) = value.multipliedReportingOverflow(by: radix)
            let (sum, second) = product.addingReportingOverflow(UInt64(digit))
            overflows = overflows || first || second
            value = sum
        }
        return overflows ? .tooLarge : .value(value)
    }
}
