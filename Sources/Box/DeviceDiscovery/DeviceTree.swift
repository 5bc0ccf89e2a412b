import HIDDescriptor

/// The devices of a machine, read from sysfs and /dev as they are at the moment.
public struct DeviceTree: Sendable {
    private let sysfs: String
    private let dev: String

    private let gpsdSettings: String

    /// `sysfs` and `dev`: the folders where both are mounted. `gpsdSettings`: the file that says what gpsd is to open.
    public init(sysfs: String = "/sys", dev: String = "/dev", gpsdSettings: String = "/etc/default/gpsd") {
        self.sysfs = sysfs
        self.dev = dev
        self.gpsdSettings = gpsdSettings
    }

    /// Serial ports, then keyboards, then hidraw devices.
    public func devices() -> [DiscoveredDevice] {
        serialPorts() + keyboards() + hidrawDevices()
    }

    // MARK: Kinds

    private func serialPorts() -> [DiscoveredDevice] {
        FileTree.names(in: "\(sysfs)/class/tty").compactMap { name in
            let folder = "\(sysfs)/class/tty/\(name)"
            // Virtual consoles have no device. The 8250 driver makes ports for hardware that is not there: their type is 0.
            guard FileTree.exists("\(folder)/device"), FileTree.text("\(folder)/type") != "0", !Self.isVirtual(name) else {
                return nil
            }
            return describe(DiscoveredDevice(kind: .serial, node: "\(dev)/\(name)"), folder, links: "serial")
        }
    }

    /// Consoles of hypervisors, and the far end of a USB gadget.
    private static func isVirtual(_ name: String) -> Bool {
        ["hvc", "ttyGS", "rpmsg", "vport"].contains { name.hasPrefix($0) }
    }

    private func keyboards() -> [DiscoveredDevice] {
        FileTree.names(in: "\(sysfs)/class/input").compactMap { name in
            let folder = "\(sysfs)/class/input/\(name)"
            guard name.hasPrefix("event"), Self.isKeyboard(keys: FileTree.text("\(folder)/device/capabilities/key") ?? "") else {
                return nil
            }
            var device = DiscoveredDevice(kind: .keyboard, node: "\(dev)/input/\(name)")
            device.vendorID = FileTree.text("\(folder)/device/id/vendor").flatMap { UInt16($0, radix: 16) }
            device.productID = FileTree.text("\(folder)/device/id/product").flatMap { UInt16($0, radix: 16) }
            device.model = FileTree.text("\(folder)/device/name")
            return describe(device, folder, links: "input")
        }
    }

    /// As udev tells keyboards: Escape, the digits and the letters Q to D, which are the first keys (systemd,
    /// udev-builtin-input_id). Words of the kernel's bitmap, the least significant last.
    private static func isKeyboard(keys: String) -> Bool {
        guard let word = keys.split(separator: " ").last.flatMap({ UInt64($0, radix: 16) }) else { return false }
        return word & 0xFFFF_FFFE == 0xFFFF_FFFE
    }

    private func hidrawDevices() -> [DiscoveredDevice] {
        FileTree.names(in: "\(sysfs)/class/hidraw").map { name in
            let folder = "\(sysfs)/class/hidraw/\(name)"
            var device = DiscoveredDevice(kind: .hidraw, node: "\(dev)/\(name)")
            let properties = Self.properties(FileTree.bytes("\(folder)/device/uevent") ?? [])
            // Bus, vendor and product.
            let numbers = (properties["HID_ID"] ?? "").split(separator: ":").map { UInt32($0, radix: 16) }
            if numbers.count == 3, let vendor = numbers[1], let product = numbers[2] {
                device.vendorID = UInt16(truncatingIfNeeded: vendor)
                device.productID = UInt16(truncatingIfNeeded: product)
            }
            device.model = properties["HID_NAME"]
            let descriptor = HIDReportDescriptor(FileTree.bytes("\(folder)/device/report_descriptor") ?? [])
            device.isHIDPOS = descriptor.applications.contains { $0.page == HIDReportDescriptor.barCodeScannerPage }
            return describe(device, folder, links: nil)
        }
    }

    private static func properties(_ uevent: [UInt8]) -> [String: String] {
        var properties: [String: String] = [:]
        for line in String(decoding: uevent, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { properties[String(parts[0])] = String(parts[1]) }
        }
        return properties
    }

    // MARK: What all have

    /// Adds what the device's ancestors and its links in /dev say. `folder`: its class folder; `links`: the folder of
    /// /dev with its stable links.
    private func describe(_ device: DiscoveredDevice, _ folder: String, links: String?) -> DiscoveredDevice {
        var device = device
        for ancestor in ancestors(of: folder) {
            if device.driver == nil, let driver = FileTree.realPath("\(ancestor)/driver").map(Self.lastComponent),
                !Self.isLayer(driver)
            {
                device.driver = driver
            }
            if device.usbInterface == nil { device.usbInterface = FileTree.text("\(ancestor)/bInterfaceNumber") }
            guard let vendor = FileTree.text("\(ancestor)/idVendor") else { continue }
            device.vendorID = UInt16(vendor, radix: 16) ?? device.vendorID
            device.productID = FileTree.text("\(ancestor)/idProduct").flatMap { UInt16($0, radix: 16) } ?? device.productID
            device.manufacturer = FileTree.text("\(ancestor)/manufacturer")
            device.model = FileTree.text("\(ancestor)/product") ?? device.model
            device.serialNumber = FileTree.text("\(ancestor)/serial")
            device.usbPort = Self.lastComponent(ancestor)
            break
        }
        if let links { device.stableLink = link(to: device.node, in: ["\(dev)/\(links)/by-id", "\(dev)/\(links)/by-path"]) }
        device.validatorLink = link(to: device.node, in: ["\(dev)/validator"])
        device.isGPSDs = gpsdPaths.contains { FileTree.isSame($0, device.node) }
        return device
    }

    /// What gpsd has: the links of our udev rules and of its own, and the devices of its settings (`DEVICES="/dev/ttyS0 …"`).
    private var gpsdPaths: [String] {
        let links = [dev, "\(dev)/validator"].flatMap { folder in
            FileTree.names(in: folder).filter { $0.hasPrefix("gps") }.map { "\(folder)/\($0)" }
        }
        let line =
            String(decoding: FileTree.bytes(gpsdSettings) ?? [], as: UTF8.self).split(separator: "\n")
            .last { $0.hasPrefix("DEVICES=") } ?? ""
        return links + line.dropFirst("DEVICES=".count).split { " \"'".contains($0) }.map(String.init)
    }

    /// The device's folder and those above it, up to the root of sysfs.
    private func ancestors(of folder: String) -> [String] {
        guard let root = FileTree.realPath(sysfs), var path = FileTree.realPath("\(folder)/device") else { return [] }
        var ancestors: [String] = []
        while path.count > root.count, path.hasPrefix(root), let slash = path.lastIndex(of: "/") {
            ancestors.append(path)
            path = String(path[..<slash])
        }
        return ancestors
    }

    /// Drivers of the kernel's that stand between a port and the driver of its hardware.
    private static func isLayer(_ driver: String) -> Bool { ["port", "ctrl", "hid-generic"].contains(driver) }

    private static func lastComponent(_ path: String) -> String {
        String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
    }

    private func link(to node: String, in folders: [String]) -> String? {
        folders.lazy.flatMap { folder in FileTree.names(in: folder).map { "\(folder)/\($0)" } }
            .first { FileTree.isSame($0, node) }
    }
}
