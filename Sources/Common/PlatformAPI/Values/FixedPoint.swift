/// `value` with exactly `decimals` places, without exponent: `-0.5` as `-0.500000`. Nil when it is no number or beyond 10^9.
func fixedPoint(_ value: Double, decimals: Int) -> String? {
    guard value.magnitude < 1e9 else { return nil }
    let scale = (0..<decimals).reduce(1 as Int64) { product, _ in product * 10 }
    let scaled = Int64((value * Double(scale)).rounded())
    let (whole, fraction) = scaled.magnitude.quotientAndRemainder(dividingBy: scale.magnitude)
    return "\(scaled < 0 ? "-" : "")\(whole).\(fraction.zeroPadded(to: decimals))"
}
