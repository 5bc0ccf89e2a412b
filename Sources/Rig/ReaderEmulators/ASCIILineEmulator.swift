import Base
import ReaderDrivers

/// A reader that talks by itself, for hardware stand-ins: a card with a UID of five bytes is told as an RDM6300 tells it,
/// again and again, any other as a line of text, once.
public struct ASCIILineEmulator: CardReaderEmulator {
    public let uidSizes: Set = [4, 5, 7, 10]
    public let reportInterval: Duration? = .milliseconds(65)
    private var card: [UInt8]?

    public init() {}

    /// It has no ears.
    public mutating func receive(_ bytes: [UInt8]) -> [UInt8] { [] }

    public mutating func place(uid: [UInt8]) -> [UInt8] {
        precondition(uidSizes.contains(uid.count), "a UID has 4, 5, 7 or 10 bytes")
        card = uid
        return uid.count == 5 ? report() : encoded(uid: uid) + [0x0D, 0x0A]
    }

    /// What an RDM6300 sends now and then without a card (its checksum is right).
    public mutating func placeUnreadable() -> [UInt8] { place(uid: [0, 0, 0, 0, 0]) }

    public mutating func removeCard() {
        card = nil
    }

    public mutating func report() -> [UInt8] {
        guard let card, card.count == 5 else { return [] }
        return [0x02] + encoded(uid: card + [card.reduce(0, ^)]) + [0x03]
    }

    public func encoded(uid: [UInt8]) -> [UInt8] {
        Array(hexadecimal(uid).uppercased().utf8)
    }
}
