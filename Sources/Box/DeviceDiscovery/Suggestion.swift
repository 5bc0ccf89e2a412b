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

    init(_ use: Use, _ note: String, protocolName: String? = nil, baud: Int? = nil, isGuess: Bool = false) {
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
        if let driver, KnownHardware.modemDrivers.contains(driver) { return Suggestion(.modem, "modem, by its driver \(driver)") }
        switch maker?.makes {
        case .adapters:
            return Suggestion(
                .cardReader,
                "\(maker?.name ?? "") serial adapter; what is behind it cannot be told from it. Suggested: a PN532 breakout. A UHF reader "
                    + "has protocol uhf-a0, a reader that sends lines ascii-line, a scanner a [[scanner]] block with protocol serial",
                protocolName: "pn532", baud: 115_200, isGuess: true)
        case .cardReaders(let protocolName):
            return Suggestion(.cardReader, "\(maker?.name ?? "") card reader", protocolName: protocolName, baud: 115_200)
        case .scanners:
            return Suggestion(
                .scanner, "\(maker?.name ?? "") scanner in serial mode (CDC-ACM)", protocolName: "serial", baud: 9600)
        case .receivers(let products):
            guard let productID, products.contains(productID) else { return Suggestion(.modem, "\(maker?.name ?? "") modem") }
            return Suggestion(.gpsReceiver, "\(maker?.name ?? "") GPS receiver, for gpsd")
        case .modems:
            return Suggestion(.modem, "\(maker?.name ?? "") modem")
        case nil where usbPort == nil:
            return Suggestion(
                .cardReader, "port of the board; use it when a reader is wired to it and no console is on it",
                protocolName: "pn532", baud: 115_200, isGuess: true)
        case nil:
            return Suggestion(
                .cardReader, "USB serial device that is not in the table; suggested: a PN532", protocolName: "pn532",
                baud: 115_200,
                isGuess: true)
        }
    }

    private func keyboardSuggestion(_ maker: KnownHardware.Maker?) -> Suggestion {
        if case .scanners = maker?.makes {
            return Suggestion(
                .scanner, "\(maker?.name ?? "") scanner in keyboard mode; HID-POS mode is better, as it passes any bytes",
                protocolName: "evdev")
        }
        guard usbPort != nil else { return Suggestion(.none, "keyboard or buttons of the board") }
        return Suggestion(
            .scanner, "keyboard, or a scanner in keyboard mode; a scanner is what disappears when its cable is pulled",
            protocolName: "evdev", isGuess: true)
    }

    private func hidrawSuggestion(_ maker: KnownHardware.Maker?) -> Suggestion {
        if isHIDPOS {
            return Suggestion(
                .scanner, "\(maker.map { "\($0.name) scanner" } ?? "scanner") in HID-POS mode", protocolName: "hidraw")
        }
        if case .scanners = maker?.makes {
            return Suggestion(
                .none,
                "of a \(maker?.name ?? "") scanner, but not its HID-POS interface; scan its configuration code for \"USB HID-POS\" "
                    + "or use its keyboard with protocol evdev")
        }
        return Suggestion(.none, "no bar code scanner")
    }
}
