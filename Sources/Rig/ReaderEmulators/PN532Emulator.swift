import ReaderDrivers

/// The chip's side of the PN532 protocol, for hardware stand-ins: host bytes in, chip bytes out, and a card that comes and goes.
public struct PN532Emulator: CardReaderEmulator {
    /// ISO/IEC 14443-3: 4, 7 or 10 bytes.
    public let uidSizes: Set = [4, 7, 10]

    private var parser = PN532FrameParser()
    private var card: [UInt8]?
    /// MxRtyPassiveActivation; 255 means that the chip waits for a card for ever.
    private var activationRetries: UInt8 = 0xFF
    private var isWaitingForCard = false

    public init() {}

    /// The chip's answer to what the host sent.
    public mutating func receive(_ bytes: [UInt8]) -> [UInt8] {
        parser.frames(in: bytes).flatMap { answer($0) }
    }

    /// Puts a card with a UID of 4, 7 or 10 bytes on the reader, in the place of any other. The result goes to the
    /// host: a poll that waits for a card is answered at once.
    public mutating func place(uid: [UInt8]) -> [UInt8] {
        precondition(uidSizes.contains(uid.count), "a type A UID has 4, 7 or 10 bytes")
        return put(uid)
    }

    /// A card of which all but three bytes were lost in the air.
    public mutating func placeUnreadable() -> [UInt8] { put([0x04, 0xA2, 0xB3]) }

    private mutating func put(_ uid: [UInt8]) -> [UInt8] {
        card = uid
        guard isWaitingForCard else { return [] }
        isWaitingForCard = false
        return response([PN532Command.inListPassiveTarget.responseCode] + target(uid))
    }

    public mutating func removeCard() {
        card = nil
    }

    private mutating func answer(_ frame: PN532Frame) -> [UInt8] {
        // A new command, or the host's ACK, ends a wait (UM0701-02, section 6.2.1.3).
        switch frame {
        case .acknowledge: isWaitingForCard = false
        case .information(.toChip, let payload):
            isWaitingForCard = false
            return PN532Frame.acknowledge.bytes + result(of: payload)
        case .notAcknowledge, .error, .information(.toHost, _): break
        }
        return []
    }

    private mutating func result(of payload: [UInt8]) -> [UInt8] {
        guard let command = PN532Command(rawValue: payload[0]) else { return PN532Frame.error.bytes }
        switch command {
        // IC PN532, firmware 1.6, ISO/IEC 14443 A and B, ISO 18092.
        case .getFirmwareVersion: return response([command.responseCode, 0x32, 0x01, 0x06, 0x07])
        case .rfConfiguration:
            if payload.count == 5, payload[1] == 0x05 { activationRetries = payload[4] }
        case .setParameters, .samConfiguration: break
        case .inListPassiveTarget:
            if let card { return response([command.responseCode] + target(card)) }
            guard activationRetries != 0xFF else {
                isWaitingForCard = true
                return []
            }
            return response([command.responseCode, 0])
        }
        return response([command.responseCode])
    }

    /// One target: its number, SENS_RES and SEL_RES of a MIFARE card of that UID size, and its UID.
    private func target(_ uid: [UInt8]) -> [UInt8] {
        let answer: UInt8 =
            switch uid.count {
            case 4: 0x04
            case 7: 0x44
            default: 0x84
            }
        return [0x01, 0x01, 0x00, answer, 0x08, UInt8(uid.count)] + uid
    }

    private func response(_ payload: [UInt8]) -> [UInt8] {
        PN532Frame.information(.toHost, payload).bytes
    }
}
