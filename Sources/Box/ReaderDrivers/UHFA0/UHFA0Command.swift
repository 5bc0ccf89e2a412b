/// The commands of the A0-framed UHF readers that the box uses, by the names of their manual ("UHF RFID Reader Serial
/// Interface Protocol" V2.2 and V3.7, section 2).
public enum UHFA0Command: UInt8, Sendable {
    /// `cmd_reset`: the module starts anew. It answers only when it could not.
    case reset = 0x70
    /// `cmd_get_firmware_version`
    case getFirmwareVersion = 0x72
    /// `cmd_set_output_power`, kept by the module without power.
    case setOutputPower = 0x76
    /// `cmd_get_output_power`
    case getOutputPower = 0x77
    /// `cmd_set_beeper_mode`, kept by the module without power.
    case setBeeperMode = 0x7A
    /// `cmd_read`: reads a memory bank of the tags that match.
    case read = 0x81
    /// `cmd_set_access_epc_match`: which tag the following reads are meant for.
    case setAccessEPCMatch = 0x85
    /// `cmd_real_time_inventory`: one report for each tag, then one frame that ends the round.
    case realTimeInventory = 0x89
}
