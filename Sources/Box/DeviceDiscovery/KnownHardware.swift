import ReaderDrivers

/// USB vendors whose devices are found in validators (their numbers: http://www.linux-usb.org/usb.ids, and the manuals
/// that docs/scanners.md names).
enum KnownHardware {
    enum Product: Hashable {
        /// Chips between USB and a serial line, which say nothing of what is on the line.
        case adapters
        case cardReaders(ReaderDriver)
        case scanners
        /// Satellite receivers, of these product numbers; the others are modems.
        case receivers(ClosedRange<UInt16>)
        case modems
    }

    struct Maker {
        let name: String
        let makes: Product
    }

    static let makers: [UInt16: Maker] = [
        // Serial adapters. PN532 breakouts come with CP210x, CH340 and FTDI chips, or with none and a cable that has one.
        0x0403: Maker(name: "FTDI", makes: .adapters),
        0x067B: Maker(name: "Prolific", makes: .adapters),
        0x10C4: Maker(name: "Silicon Labs CP210x", makes: .adapters),
        0x1A86: Maker(name: "WCH CH340", makes: .adapters),

        // Card readers that are a serial port of their own.
        0x09D8: Maker(name: "Elatec TWN4", makes: .cardReaders(.twn4)),

        // Scanners, in whatever mode.
        0x05E0: Maker(name: "Zebra", makes: .scanners),  // Symbol, before
        0x05F9: Maker(name: "Datalogic", makes: .scanners),
        0x0C2E: Maker(name: "Honeywell", makes: .scanners),  // Metrologic, before
        0x1EAB: Maker(name: "Newland", makes: .scanners),

        // u-blox 5 to 9 are 01A5 to 01A9; its other products are cellular modules.
        0x1546: Maker(name: "u-blox", makes: .receivers(0x01A4...0x01AF)),

        // Modems. Each has several ttyUSB ports.
        0x05C6: Maker(name: "Qualcomm", makes: .modems),
        0x1199: Maker(name: "Sierra Wireless", makes: .modems),
        0x12D1: Maker(name: "Huawei", makes: .modems),
        0x19D2: Maker(name: "ZTE", makes: .modems),
        0x1BC7: Maker(name: "Telit", makes: .modems),
        0x1E0E: Maker(name: "SIMCom", makes: .modems),
        0x2C7C: Maker(name: "Quectel", makes: .modems),
        0x2CB7: Maker(name: "Fibocom", makes: .modems),
    ]

    /// Of the kernel (drivers/usb/serial), for modems only.
    static let modemDrivers: Set<String> = ["option", "option1", "qcserial", "sierra", "hso"]
}
