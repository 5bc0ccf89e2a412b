import ReaderDrivers

/// The device's side of a reader's protocol, for hardware stand-ins: bytes from the host in, bytes to the host out, and a
/// card that comes and goes. Without a port and without a clock, as the driver on the other side.
public protocol CardReaderEmulator: Sendable {
    /// How many bytes a UID may have that such a reader can tell.
    var uidSizes: Set<Int> { get }

    /// The device's answer to what the host sent, cut anywhere.
    mutating func receive(_ bytes: [UInt8]) -> [UInt8]

    /// Puts a card on the reader, in the place of any other. The result goes to the host: what the reader tells at once.
    mutating func place(uid: [UInt8]) -> [UInt8]

    /// Puts something on the reader that it finds and whose number cannot be had, in the place of any card. The result goes to the
    /// host.
    mutating func placeUnreadable() -> [UInt8]

    mutating func removeCard()

    /// How often a reader that talks by itself tells the card that lies on it; nil for one that does not.
    var reportInterval: Duration? { get }

    /// What such a reader sends at the end of each interval; empty when no card lies on it.
    mutating func report() -> [UInt8]

    /// How a UID stands in what the reader sends: whoever finds it there knows that the host was told.
    func encoded(uid: [UInt8]) -> [UInt8]
}

extension CardReaderEmulator {
    public var reportInterval: Duration? { nil }
    public mutating func report() -> [UInt8] { [] }
    public func encoded(uid: [UInt8]) -> [UInt8] { uid }
}

extension ReaderDriver {
    /// The registry of the rig.
    private static let emulators: [ReaderDriver: @Sendable () -> any CardReaderEmulator] = [
        .pn532: { PN532Emulator() },
        .uhfA0: { UHFA0Emulator() },
        .asciiLine: { ASCIILineEmulator() },
        .twn4: { TWN4Emulator() },
    ]

    /// A stand-in for a reader of this protocol. The tests make sure that there is one for each.
    public func makeEmulator() -> any CardReaderEmulator {
        guard let make = Self.emulators[self] else { preconditionFailure("no stand-in for a reader of protocol \(name)") }
        return make()
    }
}
