/// What a frame of a real-time inventory says ("UHF RFID Reader Serial Interface Protocol" V3.7, `cmd_real_time_inventory`).
enum UHFA0InventoryAnswer: Hashable, Sendable {
    /// A tag's EPC of 2 to 62 bytes; empty for a tag into which none was written.
    case tag(epc: [UInt8])
    case endOfRound
    case status(UHFA0Status)

    /// Nil when `data` is no such answer.
    init?(_ data: [UInt8]) {
        switch data.count {
        case 1: self = .status(UHFA0Status(rawValue: data[0]))
        // Antenna, reads a second (2 bytes), reads (4). A report never has 7: its EPC is an even number of bytes.
        case 7: self = .endOfRound
        default:
            // Frequency and antenna, PC, EPC, signal strength, and from some firmware the phase (2).
            guard data.count >= 4, case let length = epcLength(data[1]), [length + 4, length + 6].contains(data.count) else {
                return nil
            }
            self = .tag(epc: Array(data[3..<(3 + length)]))
        }
    }
}

/// What a frame of the answer to a read says (`cmd_read`): one such frame for each tag that matches, or one status.
enum UHFA0ReadAnswer: Hashable, Sendable {
    /// What was read of the tag with this EPC. `count` such frames make the answer.
    case memory(epc: [UInt8], content: [UInt8], count: Int)
    case status(UHFA0Status)

    /// Nil when `data` is no such answer.
    init?(_ data: [UInt8]) {
        if data.count == 1 {
            self = .status(UHFA0Status(rawValue: data[0]))
            return
        }
        // Count (2), length of what follows up to the CRC and the content; PC, EPC, CRC, content; length of the content,
        // frequency and antenna, how often it was read.
        guard data.count >= 10, data.count == Int(data[2]) + 6 else { return nil }
        let epcLength = epcLength(data[3])
        let contentLength = Int(data[data.count - 3])
        guard epcLength + contentLength + 4 == Int(data[2]) else { return nil }
        self = .memory(
            epc: Array(data[5..<(5 + epcLength)]), content: Array(data[(7 + epcLength)...].prefix(contentLength)),
            count: Int(data[0]) << 8 | Int(data[1]))
    }
}

/// The EPC's length in bytes, of which the first five bits of the tag's protocol control word tell the words (GS1 EPC
/// Gen2, section 6.3.2.1.2.2).
private func epcLength(_ protocolControl: UInt8) -> Int {
    Int(protocolControl >> 3) * 2
}
