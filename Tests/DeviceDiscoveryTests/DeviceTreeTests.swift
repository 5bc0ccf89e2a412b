import DeviceDiscovery
import Testing

@Suite("Devices, from sysfs and /dev")
struct DeviceTreeTests {
    static let keyboardKeys = "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
    static let powerButtonKeys = "10000000000000 0"
    static let scannerDescriptor: [UInt8] = [
        0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x85, 0x02, 0x75, 0x08, 0x95, 0x38, 0x09, 0xFE, 0x81, 0x02, 0xC0,
    ]
    static let vendorDescriptor: [UInt8] = [
        0x06, 0x8C, 0xFF, 0x09, 0x02, 0xA1, 0x01, 0x75, 0x08, 0x95, 0x3F, 0x09, 0x01, 0x81, 0x02, 0xC0,
    ]

    let tree: FileTreeFixture

    init() throws { tree = try FileTreeFixture() }

    @Test("a machine without such devices, or without sysfs, has none")
    func nothing() {
        #expect(tree.devices.isEmpty)
        #expect(DeviceTree(sysfs: "/nowhere", dev: "/nowhere").devices().isEmpty)
    }

    @Test("a USB serial adapter, with all that is known of it, is suggested as a PN532 reader, as a guess")
    func adapter() throws {
        let interface = try tree.usb(
            "1-1.2", "10c4", "ea60", manufacturer: "Silicon Labs", model: "CP2102 USB to UART Bridge Controller", serial: "0001",
            driver: "cp210x")
        try tree.port("ttyUSB0", "\(interface)/ttyUSB0")
        let link = "dev/serial/by-id/usb-Silicon_Labs_CP2102_0001-if00-port0"
        try tree.link(link, to: "dev/ttyUSB0")

        let device = try #require(tree.devices.first)
        #expect(device.kind == .serial && device.node == tree.path("/dev/ttyUSB0"))
        #expect(device.vendorID == 0x10C4 && device.productID == 0xEA60)
        #expect(device.manufacturer == "Silicon Labs" && device.model == "CP2102 USB to UART Bridge Controller")
        #expect(
            device.serialNumber == "0001" && device.usbPort == "1-1.2" && device.usbInterface == "00" && device.driver == "cp210x"
        )
        #expect(device.stableLink == tree.path("/\(link)") && device.validatorLink == nil)

        let suggestion = device.suggestion
        #expect(suggestion.use == .cardReader && suggestion.isGuess)
        #expect(
            suggestion.configuration(id: "reader0", device: device) == """
                [[reader]]
                id = "reader0"
                device = "\(tree.path("/\(link)"))"
                protocol = "pn532"
                baud = 115200
                """)
    }

    @Test("the validator's own link comes before udev's, which comes before the node")
    func links() throws {
        let interface = try tree.usb("1-1", "1a86", "7523", driver: "ch341")
        try tree.port("ttyUSB0", "\(interface)/ttyUSB0")
        #expect(tree.devices.first?.preferredPath == tree.path("/dev/ttyUSB0"))
        try tree.link("dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0", to: "dev/ttyUSB0")
        #expect(tree.devices.first?.preferredPath == tree.path("/dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0"))
        try tree.link("dev/validator/reader0", to: "dev/ttyUSB0")
        #expect(tree.devices.first?.preferredPath == tree.path("/dev/validator/reader0"))
    }

    @Test(
        "what gpsd has is suggested to nobody: by our link, by gpsd's own, or by its settings",
        arguments: ["067b", "10c4", "1a86", "dead"], 0...2)
    func ofGPSD(vendor: String, way: Int) throws {
        let interface = try tree.usb("1-1", vendor, "2303", driver: "pl2303")
        try tree.port("ttyUSB0", "\(interface)/ttyUSB0")
        let free = try #require(tree.devices.first)
        #expect(free.suggestion.configuration(id: "reader0", device: free) != nil)
        switch way {
        case 0: try tree.link("dev/validator/gps0", to: "dev/ttyUSB0")
        case 1: try tree.link("dev/gps0", to: "dev/ttyUSB0")
        default: try tree.write("gpsd", "START_DAEMON=\"true\"\nDEVICES=\"/dev/none \(tree.path("/dev/ttyUSB0"))\"")
        }
        let device = try #require(tree.devices.first)
        #expect(device.suggestion.use == .gpsReceiver && device.suggestion.configuration(id: "reader0", device: device) == nil)
    }

    @Test("consoles, and 8250 ports without hardware, are no serial ports")
    func noPorts() throws {
        for name in ["tty1", "console", "ptmx"] { try tree.write("sys/class/tty/\(name)/dev", "4:1") }
        for (name, type) in [("ttyS0", "4"), ("ttyS1", "0")] {
            try tree.port(name, "sys/devices/platform/serial8250/\(name)")
            try tree.write("sys/class/tty/\(name)/type", type)
        }
        try tree.port("hvc0", "sys/devices/virtio0")
        #expect(tree.nodes == ["/dev/ttyS0"])
        let suggestion = try #require(tree.devices.first?.suggestion)
        #expect(suggestion.isGuess && suggestion.note.contains("port of the board"))
    }

    @Test("ports are in the order of their numbers")
    func order() throws {
        for number in [10, 2, 0] {
            let interface = try tree.usb("1-\(number)", "0403", "6001", driver: "ftdi_sio")
            try tree.port("ttyUSB\(number)", "\(interface)/ttyUSB\(number)")
        }
        #expect(tree.nodes == ["/dev/ttyUSB0", "/dev/ttyUSB2", "/dev/ttyUSB10"])
    }

    @Test(
        "serial devices whose maker is known",
        arguments: [
            ("1546", "01a8", "cdc_acm", Suggestion.Use.gpsReceiver, nil),
            ("1546", "1102", "cdc_acm", .modem, nil),
            ("2c7c", "0125", "option1", .modem, nil),
            ("ffff", "0001", "option1", .modem, nil),
            ("0c2e", "0b6a", "cdc_acm", .scanner, "serial"),
            ("1eab", "1d06", "cdc_acm", .scanner, "serial"),
            ("09d8", "0420", "cdc_acm", .cardReader, "twn4"),
            ("067b", "2303", "pl2303", .cardReader, "pn532"),
            ("ffff", "0001", "cdc_acm", .cardReader, "pn532"),
        ])
    func known(vendor: String, product: String, driver: String, use: Suggestion.Use, protocolName: String?) throws {
        let interface = try tree.usb("1-3", vendor, product, driver: driver)
        try tree.port("ttyACM0", interface)
        let device = try #require(tree.devices.first)
        #expect(device.suggestion.use == use && device.suggestion.protocolName == protocolName)
        #expect((device.suggestion.configuration(id: "x", device: device) == nil) == (protocolName == nil))
    }

    @Test("of input devices, only keyboards are listed; a known maker's is a scanner")
    func keyboards() throws {
        let interface = try tree.usb("1-4", "0c2e", "0b61", manufacturer: "Honeywell", model: "Voyager 1450g", driver: "usbhid")
        try tree.input("event5", interface, called: "Honeywell Voyager 1450g", keys: Self.keyboardKeys)
        try tree.input("event0", "sys/devices/LNXSYSTM:00", called: "Power Button", keys: Self.powerButtonKeys)
        try tree.link("dev/input/by-id/usb-Honeywell_Voyager_1450g-event-kbd", to: "dev/input/event5")
        #expect(tree.nodes == ["/dev/input/event5"])
        let device = try #require(tree.devices.first)
        #expect(device.model == "Voyager 1450g" && device.usbPort == "1-4")
        #expect(device.suggestion.use == .scanner && !device.suggestion.isGuess)
        #expect(
            device.suggestion.configuration(id: "scanner0", device: device) == """
                [[scanner]]
                id = "scanner0"
                device = "\(tree.path("/dev/input/by-id/usb-Honeywell_Voyager_1450g-event-kbd"))"
                protocol = "evdev"
                """)
    }

    @Test("any other USB keyboard may be a scanner, one of the board is none")
    func otherKeyboards() throws {
        let interface = try tree.usb("1-5", "1a2c", "0e24", driver: "usbhid")
        try tree.input("event7", interface, called: "USB Keyboard", keys: Self.keyboardKeys)
        try tree.input("event8", "sys/devices/platform/i8042", vendor: "0001", called: "AT keyboard", keys: "fffffffe")
        #expect(tree.devices.map(\.suggestion.use) == [.scanner, .none])
        #expect(tree.devices.map(\.suggestion.isGuess) == [true, false])
        #expect(tree.devices.last?.model == "AT keyboard")
    }

    @Test("a hidraw device is a scanner when its reports are a scanner's, whoever made it")
    func hidraw() throws {
        let scanner = try tree.usb("1-6", "0c2e", "0b62", model: "Genesis 7580", driver: "usbhid")
        try tree.hidraw("hidraw0", scanner, id: "0003:00000C2E:00000B62", called: "Honeywell", descriptor: Self.scannerDescriptor)
        let other = try tree.usb("1-7", "ffff", "0001", driver: "usbhid")
        try tree.hidraw("hidraw1", other, id: "0003:0000FFFF:00000001", called: "Scanner", descriptor: Self.scannerDescriptor)
        let vendors = try tree.usb("1-8", "0c2e", "0b62", driver: "usbhid")
        try tree.hidraw("hidraw2", vendors, id: "0003:00000C2E:00000B62", called: "Honeywell", descriptor: Self.vendorDescriptor)
        let wireless = "sys/devices/virtual/misc/uhid"
        try tree.hidraw("hidraw3", wireless, id: "0005:0000046D:0000B342", called: "Mouse", descriptor: [])

        let devices = tree.devices
        #expect(devices.map(\.isHIDPOS) == [true, true, false, false])
        #expect(devices.map(\.suggestion.use) == [.scanner, .scanner, .none, .none])
        #expect(devices.map(\.suggestion.protocolName) == ["hidraw", "hidraw", nil, nil])
        #expect(devices[2].suggestion.note.contains("HID-POS"))
        #expect(devices[3].vendorID == 0x046D && devices[3].productID == 0xB342 && devices[3].model == "Mouse")
        #expect(devices[0].driver == "usbhid")
    }

    @Test("attributes with nothing, or nonsense, in them are absent")
    func oddAttributes() throws {
        let interface = try tree.usb("1-9", "zzzz", "", manufacturer: "  ", model: "", driver: "cdc_acm")
        try tree.port("ttyACM0", interface)
        let device = try #require(tree.devices.first)
        #expect(device.vendorID == nil && device.productID == nil && device.manufacturer == nil && device.model == nil)
        #expect(device.suggestion.isGuess)
    }
}
