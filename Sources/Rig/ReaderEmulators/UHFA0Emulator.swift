import ReaderDrivers

/// The module's side of the A0 protocol, for hardware stand-ins: host bytes in, module bytes out, and tags that come and
/// go. A module as found in desktop readers: firmware 1.9, one antenna, 18 to 26 dBm.
public struct UHFA0Emulator: CardReaderEmulator {
    /// A tag in the field.
    package struct Tag {
        package var epc: [UInt8]
        /// Nil for a tag whose TID bank is too short.
        package var tid: [UInt8]?

        package init(epc: [UInt8], tid: [UInt8]?) {
            self.epc = epc
            self.tid = tid
        }
    }

    private static let address: UInt8 = 0x01
    private static let powers: ClosedRange<UInt8> = 18...26

    /// Whole words; the longest EPC has 31.
    public let uidSizes = Set(stride(from: 2, through: 62, by: 2))

    package var tags: [Tag] = []
    package private(set) var beeperMode: UInt8 = 0x02
    package private(set) var outputPower: UInt8 = 26
    private var match: [UInt8] = []
    private var parser = UHFA0FrameParser()

    public init() {}

    public mutating func receive(_ bytes: [UInt8]) -> [UInt8] {
        parser.frames(in: bytes).flatMap { answer($0) }
    }

    /// Puts a tag with this EPC into the field, in the place of all others. A UID of 12 bytes is its TID as well.
    public mutating func place(uid: [UInt8]) -> [UInt8] {
        precondition(uidSizes.contains(uid.count), "an EPC has 2 to 62 bytes, an even number")
        tags = [Tag(epc: uid, tid: uid.count == 12 ? uid : nil)]
        return []
    }

    /// A tag as it leaves the factory, too far away to be read beyond its EPC.
    public mutating func placeUnreadable() -> [UInt8] {
        tags = [Tag(epc: [UInt8](repeating: 0, count: 12), tid: nil)]
        return []
    }

    public mutating func removeCard() {
        tags = []
    }

    private mutating func answer(_ frame: UHFA0Frame) -> [UInt8] {
        guard [Self.address, UHFA0Frame.publicAddress].contains(frame.address) else { return [] }
        switch (frame.command, frame.data.count) {
        case (.reset, 0):
            match = []
            return []
        case (.getFirmwareVersion, 0): return response(.getFirmwareVersion, [0x01, 0x09])
        case (.setBeeperMode, 1):
            beeperMode = frame.data[0]
            return response(.setBeeperMode, .success)
        case (.getOutputPower, 0): return response(.getOutputPower, [outputPower])
        case (.setOutputPower, 1):
            guard Self.powers.contains(frame.data[0]) else { return response(.setOutputPower, .powerOutOfRange) }
            outputPower = frame.data[0]
            return response(.setOutputPower, .success)
        case (.setAccessEPCMatch, 2...):
            match = Array(frame.data[2...])
            return response(.setAccessEPCMatch, .success)
        case (.realTimeInventory, 1): return inventory
        case (.read, 3): return read(words: Int(frame.data[2]))
        default: return response(frame.command, UHFA0Status(rawValue: 0x41))
        }
    }

    /// A report of each tag on antenna 1, and the end of the round: antenna, 50 reads a second, how many reads.
    private var inventory: [UInt8] {
        tags.flatMap { tag in response(.realTimeInventory, [0x04] + protocolControl(tag) + tag.epc + [0x45]) }
            + response(.realTimeInventory, [0x00, 0x00, 50] + bigEndian(tags.count, 4))
    }

    private func read(words: Int) -> [UInt8] {
        let meant = tags.filter { $0.epc == match }
        guard !meant.isEmpty else { return response(.read, .noTag) }
        let readable = meant.compactMap { tag in tag.tid.map { (tag, $0) } }.filter { $0.1.count >= words * 2 }
        guard !readable.isEmpty else { return response(.read, .readFailed) }
        return readable.flatMap { tag, tid in
            let content = protocolControl(tag) + tag.epc + [0xC5, 0xA9] + tid.prefix(words * 2)
            return response(
                .read, bigEndian(readable.count, 2) + [UInt8(content.count)] + content + [UInt8(words * 2), 0x04, 0x01])
        }
    }

    private func protocolControl(_ tag: Tag) -> [UInt8] {
        [UInt8(tag.epc.count / 2) << 3, 0x00]
    }

    private func bigEndian(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private func response(_ command: UHFA0Command, _ status: UHFA0Status) -> [UInt8] {
        response(command, [status.rawValue])
    }

    private func response(_ command: UHFA0Command, _ data: [UInt8]) -> [UInt8] {
        UHFA0Frame(address: Self.address, command, data).bytes
    }
}
