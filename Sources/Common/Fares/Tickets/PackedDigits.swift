/// The bytes that digits of a few bits each stand for, first bit first: base32 and base64 of RFC 4648, without their padding.
///
/// - Parameter bitsPerDigit: 5 or 6.
/// - Parameter value: of a digit; nil of a foreign one.
/// - Returns: nil for a foreign digit, an impossible length or bits left over that are not zero.
func bytes(
    ofDigits digits: some Collection<UInt8>, bitsPerDigit: Int, value: (_ digit: UInt8) -> UInt8?
) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer: UInt32 = 0
    var bits = 0
    for digit in digits {
        guard let value = value(digit) else { return nil }
        buffer = buffer << UInt32(bitsPerDigit) & 0xFFFF | UInt32(value)
        bits += bitsPerDigit
        if bits >= 8 {
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
        }
    }
    guard bits < bitsPerDigit, buffer & (1 << bits - 1) == 0 else { return nil }
    return bytes
}
