/// What the box asks of an A0-framed UHF reader: a command and its parameters.
enum UHFA0Request: Hashable, Sendable {
    case reset
    case getFirmwareVersion
    case setBeeperMode(UHFA0BeeperMode)
    case getOutputPower
    /// For all antennas.
    case setOutputPower(dBm: UInt8)
    case inventory
    /// Means the tag with this EPC with the reads that follow.
    case match(epc: [UInt8])
    /// Reads the TID of the tag that matches, which is the one with this EPC.
    case readTID(epc: [UInt8])

    /// 96 bits: class, maker, model and a serial number, as all common chips have them. A part of a longer TID would
    /// not be unique, so a tag with a shorter one has none to tell.
    static let tidWords: UInt8 = 6

    /// To whichever reader is on the line: its own address, which a technician may have changed, does not matter.
    var frame: UHFA0Frame {
        switch self {
        case .reset: UHFA0Frame(.reset)
        case .getFirmwareVersion: UHFA0Frame(.getFirmwareVersion)
        case .setBeeperMode(let mode): UHFA0Frame(.setBeeperMode, [mode.rawValue])
        case .getOutputPower: UHFA0Frame(.getOutputPower)
        case .setOutputPower(let power): UHFA0Frame(.setOutputPower, [power])
        // Once through the tags in the field.
        case .inventory: UHFA0Frame(.realTimeInventory, [0x01])
        // Mode 0: until the next one.
        case .match(let epc): UHFA0Frame(.setAccessEPCMatch, [0x00, UInt8(epc.count)] + epc)
        // Bank 2 from its first word on. The password that some manuals add is only for tags that lock their TID.
        case .readTID: UHFA0Frame(.read, [0x02, 0x00, Self.tidWords])
        }
    }
}

/// When the module's own buzzer sounds (`cmd_set_beeper_mode`).
enum UHFA0BeeperMode: UInt8, Sendable {
    case quiet = 0x00
    /// After each round that found a tag. The third mode sounds at every report.
    case eachRound = 0x01
}
