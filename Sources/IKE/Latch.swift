/// Goes on when a value reaches one threshold and off when it has fallen below a lower one, so that
/// what depends on it does not flicker.
struct Latch {
    private(set) var isOn = false

    /// Takes note of the value.
    mutating func follow<Value: Comparable>(_ value: Value, on: Value, off: Value) {
        if value >= on {
            isOn = true
        } else if value < off {
            isOn = false
        }
    }
}
