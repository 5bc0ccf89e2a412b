import ReaderDrivers
import ScannerDecoders

/// What a device is taken for, and how it would be configured.
public struct Suggestion: Hashable, Sendable {
    public enum Use: String, Sendable {
        case cardReader = "card_reader"
        case scanner
        /// For gpsd, not for the validator.
        case gpsReceiver = "gps_receiver"
        case modem
        /// Nothing that the validator uses, as far as it can be told.
        case none
    }

    public let use: Use
    /// What it is and how sure that is, for a person to read.
    public let note: String
    /// `protocol` of the configuration; nil when there is nothing to configure.
    public let protocolName: String?
    /// Of serial readers and scanners, bits a second.
    public let baud: Int?
    /// True when the block should be taken over only after a look at the device.
    public let isGuess: Bool

    /// What the validator has no use for.
    init(_ use: Use, _ note: String) {
        self.init(use, note, protocolName: nil, baud: nil, isGuess: false)
    }

    /// A card reader on a serial port; without `baud`, one that is as new.
    init(_ driver: ReaderDriver, _ note: String, baud: Int? = nil, isGuess: Bool = false) {
        self.init(.cardReader, note, protocolName: driver.name, baud: baud ?? driver.usualBaud, isGuess: isGuess)
    }

    init(_ driver: ScannerDriver, _ note: String, isGuess: Bool = false) {
        self.init(.scanner, note, protocolName: driver.name, baud: driver.usualBaud, isGuess: isGuess)
    }

    private init(_ use: Use, _ note: String, protocolName: String?, baud: Int?, isGuess: Bool) {
        self.use = use
        self.note = note
        self.protocolName = protocolName
        self.baud = baud
        self.isGuess = isGuess
    }

    /// The block for validator.toml. `id`: what the reader or scanner is to be called.
    public func configuration(id: String, device: DiscoveredDevice) -> String? {
        guard let protocolName else { return nil }
        var lines = [
            use == .scanner ? "[[scanner]]" : "[[reader]]", "id = \"\(id)\"", "device = \"\(device.preferredPath)\"",
            "protocol = \"\(protocolName)\"",
        ]
        if let baud { lines.append("baud = \(baud)") }
        return lines.joined(separator: "\n")
    }
}

extension DiscoveredDevice {
    /// What the device is taken for.
    public var suggestion: Suggestion {
        let maker = vendorID.flatMap { KnownHardware.makers[$0] }
        return switch kind {
        case .serial: serialSuggestion(maker)
        case .keyboard: keyboardSuggestion(maker)
        case .hidraw: hidrawSuggestion(maker)
        }
    }

    private func serialSuggestion(_ maker: KnownHardware.Maker?) -> Suggestion {
        // Whatever chip it has: two programs on one port take each other's bytes.
        if isGPSDs {
            return Suggestion(.gpsReceiver, "gpsd has it; see /etc/default/gpsd and the links /dev/validator/gps… and /dev/gps…")
        }
        if let driver, KnownHardware.modemDrivers.contains(driver) { return Suggestion(.modem, "modem, by its driver \(driver)") }
        switch maker?.makes {
        case .adapters:
            return Suggestion(
                ReaderDriver.pn532,
                "\(maker?.name ?? "") serial adapter; what is behind it cannot be told from it. Suggested: a PN532 breakout. A UHF reader "
                    + "has protocol \(ReaderDriver.uhfA0.name), a reader that sends lines \(ReaderDriver.asciiLine.name), "
                    + "a scanner a [[scanner]] block with protocol \(ScannerDriver.serial.name)",
                isGuess: true)
        case .cardReaders(let driver):
            // On USB any speed will do.
            return Suggestion(driver, "\(maker?.name ?? "") card reader", baud: 115_200)
        case .scanners:
            return Suggestion(ScannerDriver.serial, "\(maker?.name ?? "") scanner in serial mode (CDC-ACM)")
        case .receivers(let products):
            guard let productID, products.contains(productID) else { return Suggestion(.modem, "\(maker?.name ?? "") modem") }
            return Suggestion(.gpsReceiver, "\(maker?.name ?? "") GPS receiver, for gpsd")
        case .modems:
            return Suggestion(.modem, "\(maker?.name ?? "") modem")
        case nil where usbPort == nil:
            return Suggestion(
                ReaderDriver.pn532, "port of the board; use it when a reader is wired to it and no console is on it",
                isGuess: true)
        case nil:
            return Suggestion(
                ReaderDriver.pn532, "USB serial device that is not in the table; suggested: a PN532", isGuess: true)
        }
    }

    private func keyboardSuggestion(_ maker: KnownHardware.Maker?) -> Suggestion {
        if case .scanners = maker?.makes {
            return Suggestion(
                ScannerDriver.evdev,
                "\(maker?.name ?? "") scanner in keyboard mode; HID-POS mode is better, as it passes any bytes")
        }
        guard usbPort != nil else { return Suggestion(.none, "keyboard or buttons of the board") }
        return Suggestion(
            ScannerDriver.evdev,
            "keyboard, or a scanner in keyboard mode; a scanner is what disappears when its cable is pulled", isGuess: true)
    }

    private func hidrawSuggestion(_ maker: KnownHardware.Maker?) -> Suggestion {
        if isHIDPOS {
            return Suggestion(
                ScannerDriver.hidraw, "\(maker.map { "\($0.name) scanner" } ?? "scanner") in HID-POS mode")
        }
        if case .scanners = maker?.makes {
            return Suggestion(
                .none,
                "of a \(maker?.name ?? "") scanner, but not its HID-POS interface; scan its configuration code for \"USB HID-POS\" "
                    + "or use its keyboard with protocol \(ScannerDriver.evdev.name)")
        }
        return Suggestion(.none, "no bar code scanner")
    }
}
