import Base
import ReaderDrivers

/// The reader's side of the TWN4 Simple Protocol, for hardware stand-ins.
public struct TWN4Emulator: CardReaderEmulator {
    public let uidSizes: Set = [4, 7, 10]
    private var card: [UInt8]?
    private var line: [UInt8] = []

    public init() {}

    public mutating func receive(_ bytes: [UInt8]) -> [UInt8] {
        var answers: [UInt8] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\r") else {
                line.append(byte)
                continue
            }
            if !line.isEmpty { answers += encoded(uid: answer()) + [UInt8(ascii: "\r")] }
            line = []
        }
        return answers
    }

    /// A tag is told only when the host searches for it.
    public mutating func place(uid: [UInt8]) -> [UInt8] {
        precondition(uidSizes.contains(uid.count), "a type A UID has 4, 7 or 10 bytes")
        card = uid
        return []
    }

    /// A tag of which the reader knows the kind alone.
    public mutating func placeUnreadable() -> [UInt8] {
        card = []
        return []
    }

    public mutating func removeCard() {
        card = nil
    }

    public func encoded(uid: [UInt8]) -> [UInt8] {
        Array(hexadecimal(uid).uppercased().utf8)
    }

    private func answer() -> [UInt8] {
        switch String(decoding: line.prefix(4), as: UTF8.self) {
        case "0004":
            let version = Array("TWN4/B1.64/NCF5.20/PRS1.04".utf8)
            return [0, UInt8(version.count)] + version
        case "0500":
            guard let card else { return [0, 0] }
            // A MIFARE tag.
            return [0, 1, 0x80, UInt8(card.count * 8), UInt8(card.count)] + card
        // ERR_UNKNOWN_FUNCTION.
        default: return [1]
        }
    }
}
