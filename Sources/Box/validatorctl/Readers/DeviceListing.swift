import Base
import DeviceDiscovery
import JSON

/// What `validatorctl readers scan` prints of devices.
struct DeviceListing {
    private struct Entry {
        let device: DiscoveredDevice
        let suggestion: Suggestion
        /// The block for validator.toml.
        let configuration: String?
    }

    private let entries: [Entry]

    /// Readers and scanners are called `reader0`, `reader1`, … and `scanner0`, …, in the order of `devices`.
    init(_ devices: [DiscoveredDevice]) {
        var readers = 0
        var scanners = 0
        entries = devices.map { device in
            let suggestion = device.suggestion
            let id = suggestion.use == .scanner ? "scanner\(scanners)" : "reader\(readers)"
            let configuration = suggestion.configuration(id: id, device: device)
            if configuration != nil { if suggestion.use == .scanner { scanners += 1 } else { readers += 1 } }
            return Entry(device: device, suggestion: suggestion, configuration: configuration)
        }
    }

    // MARK: Text

    var text: String {
        if entries.isEmpty { return "no serial port, keyboard or hidraw device; plug the reader in, and see `dmesg`" }
        return entries.map(Self.text).joined(separator: "\n\n")
    }

    private static func text(_ entry: Entry) -> String {
        let device = entry.device
        let model = [device.manufacturer, device.model].compactMap(\.self).joined(separator: " ")
        let facts = [
            device.node, device.numbers, model, device.serialNumber.map { "serial number \($0)" },
            device.usbPort.map { "USB port \($0)" },
            device.driver.map { "driver \($0)" },
        ]
        // What a device says of itself is its maker's, or an attacker's.
        var lines = [
            facts.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ").printable,
            "  \(entry.suggestion.note.printable)",
        ]
        if let configuration = entry.configuration {
            let margin = entry.suggestion.isGuess ? "    # " : "    "
            lines += configuration.split(separator: "\n").map { margin + $0 }
        }
        return lines.joined(separator: "\n")
    }

    // MARK: JSON

    var json: JSONValue { .object(["devices": .array(entries.map { .object(Self.json($0)) })]) }

    private static func json(_ entry: Entry) -> JSONObject {
        let device = entry.device
        var object: JSONObject = ["node": .string(device.node), "kind": .string(device.kind.rawValue)]
        let texts = [
            ("vendor_id", device.vendorID.map { hexadecimal($0) }),
            ("product_id", device.productID.map { hexadecimal($0) }),
            ("manufacturer", device.manufacturer), ("model", device.model), ("serial_number", device.serialNumber),
            ("usb_port", device.usbPort), ("usb_interface", device.usbInterface), ("driver", device.driver),
            ("stable_link", device.stableLink), ("validator_link", device.validatorLink),
            ("use", entry.suggestion.use.rawValue), ("note", entry.suggestion.note), ("configuration", entry.configuration),
        ]
        for case (let name, let text?) in texts { object[name] = .string(text) }
        if entry.configuration != nil { object["is_guess"] = .bool(entry.suggestion.isGuess) }
        return object
    }
}

extension DiscoveredDevice {
    /// `0c2e:0b62`; nil of what has no numbers.
    fileprivate var numbers: String? {
        guard let vendorID, let productID else { return nil }
        return "\(hexadecimal(vendorID)):\(hexadecimal(productID))"
    }
}
