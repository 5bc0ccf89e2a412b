import Base

/// The frames that begin with STX, of 125 kHz modules and their relatives; each guards its number by a checksum.
///
/// - RDM6300, RDM630: `02`, ten hexadecimal digits (five bytes), two digits of checksum, `03`. Some clones send the
///   checksum as one raw byte.
/// - ID-2LA, ID-12LA, ID-20LA: the same with CR LF before `03`.
/// - Gwiot 7941: `02`, the length of all, the kind of card, 4 to 10 bytes, a checksum byte, `03`. The length, 9 to 15,
///   cannot be a digit of the other forms, and so tells it from them.
///
/// The checksum is the exclusive or of the five bytes, and with Gwiot of all from the length on.
enum ASCIILineFrame: Hashable, Sendable {
    case complete(uid: [UInt8])
    case unfinished
    case invalid(reason: String)

    static let start: UInt8 = 0x02
    static let end: UInt8 = 0x03
    private static let longEnd: [UInt8] = [0x0D, 0x0A, end]
    private static let digitCount = 10
    private static let binaryLengths: ClosedRange<UInt8> = 9...15

    /// Reads what has come after STX.
    init(_ bytes: [UInt8]) {
        guard let first = bytes.first else {
            self = .unfinished
            return
        }
        self = Self.binaryLengths.contains(first) ? Self.binary(bytes, length: Int(first)) : Self.text(bytes)
    }

    private static func binary(_ bytes: [UInt8], length: Int) -> Self {
        // All but STX.
        guard bytes.count >= length - 1 else { return .unfinished }
        let checked = bytes.prefix(length - 3)
        guard bytes[length - 2] == end else { return .invalid(reason: "a frame without an end") }
        guard checked.reduce(0, ^) == bytes[length - 3] else { return .invalid(reason: "a wrong checksum") }
        return .complete(uid: Array(checked.dropFirst(2)))
    }

    private static func text(_ bytes: [UInt8]) -> Self {
        let digits = bytes.prefix(digitCount).compactMap(hexadecimalValue)
        guard digits.count == min(bytes.count, digitCount) else {
            return .invalid(reason: "a frame with something else than hexadecimal digits")
        }
        guard bytes.count > digitCount + 1 else { return .unfinished }
        // The end is no digit, so the second byte after the number tells the checksum's form.
        let checksum: UInt8?
        let tail: ArraySlice<UInt8>
        if let low = hexadecimalValue(bytes[digitCount + 1]) {
            checksum = hexadecimalValue(bytes[digitCount]).map { $0 << 4 | low }
            tail = bytes[(digitCount + 2)...]
        } else {
            checksum = bytes[digitCount]
            tail = bytes[(digitCount + 1)...]
        }
        guard tail.elementsEqual([end]) || tail.elementsEqual(longEnd) else {
            return longEnd.starts(with: tail) ? .unfinished : .invalid(reason: "a frame without an end")
        }
        let uid = stride(from: 0, to: digitCount, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        guard uid.reduce(0, ^) == checksum else { return .invalid(reason: "a wrong checksum") }
        return .complete(uid: uid)
    }
}
