import DeviceDiscovery
import JSON
import Testing

@testable import validatorctl

@Suite("validatorctl readers")
struct DeviceListingTests {
    static let scanner: DiscoveredDevice = {
        var device = DiscoveredDevice(kind: .hidraw, node: "/dev/hidraw0")
        device.vendorID = 0x0C2E
        device.productID = 0x0B62
        device.manufacturer = "Honeywell"
        device.model = "Genesis 7580"
        device.usbPort = "1-2"
        device.driver = "usbhid"
        device.isHIDPOS = true
        return device
    }()
    static let adapter: DiscoveredDevice = {
        var device = DiscoveredDevice(kind: .serial, node: "/dev/ttyUSB0")
        device.vendorID = 0x0403
        device.productID = 0x6001
        device.usbPort = "1-3"
        device.serialNumber = "A10K"
        device.stableLink = "/dev/serial/by-id/usb-FTDI_A10K"
        return device
    }()

    @Test("a device is told with a block to copy; a guess is commented out")
    func text() {
        let text = DeviceListing([Self.scanner, Self.adapter]).text
        #expect(
            text.hasPrefix(
                """
                /dev/hidraw0, 0c2e:0b62, Honeywell Genesis 7580, USB port 1-2, driver usbhid
                  Honeywell scanner in HID-POS mode
                    [[scanner]]
                    id = "scanner0"
                    device = "/dev/hidraw0"
                    protocol = "hidraw"

                /dev/ttyUSB0, 0403:6001, serial number A10K, USB port 1-3
                """))
        #expect(
            text.hasSuffix(
                """
                    # [[reader]]
                    # id = "reader0"
                    # device = "/dev/serial/by-id/usb-FTDI_A10K"
                    # protocol = "pn532"
                    # baud = 115200
                """))
    }

    @Test("nothing found says what to do")
    func nothing() {
        #expect(DeviceListing([]).text.contains("plug the reader in"))
        #expect(DeviceListing([]).json.text == #"{"devices":[]}"#)
    }

    @Test("as JSON, what is not known is left out, and readers and scanners are counted apart")
    func json() throws {
        let devices = try #require(DeviceListing([Self.adapter, Self.scanner, Self.adapter]).json["devices"]?.array)
        #expect(devices.map { $0["use"]?.string } == ["card_reader", "scanner", "card_reader"])
        #expect(devices.map { $0["is_guess"]?.bool } == [true, false, true])
        #expect(devices[0]["vendor_id"] == "0403" && devices[0]["model"] == nil && devices[0]["serial_number"] == "A10K")
        #expect(devices[2]["configuration"]?.string?.contains("\"reader1\"") == true)
        #expect(devices[1]["configuration"]?.string?.contains("\"scanner0\"") == true)
    }

    @Test("readers alone lists what the box uses, with options before or after")
    func commands() throws {
        for line in [["readers"], ["readers", "list", "--json"], ["--json", "readers"], ["--socket", "/s", "readers", "list"]] {
            #expect(try ValidatorControl.parseAsRoot(ValidatorControl.commandFirst(line)) is ReadersListCommand, "\(line)")
        }
        for line in [["readers", "scan", "--json"], ["--json", "readers", "scan"]] {
            let command = try ValidatorControl.parseAsRoot(ValidatorControl.commandFirst(line)) as? ReadersScanCommand
            #expect(command?.json == true, "\(line)")
        }
    }
}
