/// The value of one hexadecimal digit in either case; nil for any other byte.
@inlinable
public func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    // A card list has letters and digits as they come, which no processor can foresee: so no branch tells them apart.
    // One bit for each of the bytes 0 to 63 that is a digit, and for each of 64 to 127 that is a letter of either case.
    let isLetter = UInt64(byte >> 6 & 1)
    let valid = (0x03FF_0000_0000_0000 & (isLetter &- 1)) | (0x0000_007E_0000_007E & (0 &- isLetter))
    guard byte < 0x80, valid >> UInt64(byte & 63) & 1 == 1 else { return nil }
    return (byte & 0xF) &+ UInt8(truncatingIfNeeded: isLetter) &* 9
}

/// The lower-case digit for the low four bits of `value`.
@inlinable
public func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    let nibble = value & 0xF
    return nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
}

/// Two lower-case digits a byte: `0aff`.
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    for byte in bytes {
        text.append(hexadecimalDigit(byte >> 4))
        text.append(hexadecimalDigit(byte))
    }
    return String(decoding: text, as: UTF8.self)
}

/// The bytes that pairs of digits in either case stand for; nil for anything else.
public func bytes(ofHexadecimal text: some StringProtocol) -> [UInt8]? {
    let digits = text.utf8.map(hexadecimalValue)
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
        guard let high = digits[index], let low = digits[index + 1] else { return nil }
        bytes.append(high << 4 | low)
    }
    return bytes
}

/// All digits of a number, lower-case, the leading zeros too: `000a` for a `UInt16` of 10.
public func hexadecimal(_ number: some FixedWidthInteger & UnsignedInteger) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: type(of: number).bitWidth / 4 - digits.count) + digits
}
