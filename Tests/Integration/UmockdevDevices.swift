import Base
import Foundation
import ReaderEmulators

/// Devices for umockdev's test bed, in the form in which umockdev-record writes down real ones: what sysfs and udev say
/// (`.umockdev`), what the device answers when it is asked (`.ioctl`), and what it sends (`.events`, `.script`).
///
/// Under `umockdev-run` a program finds them below /sys and /dev; a pseudo-terminal in raw mode stands behind each node.
enum UmockdevDevices {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/umockdev-run")

    /// A Honeywell scanner in keyboard mode.
    enum Keyboard {
        static let node = "/dev/input/event9"

        static let description = """
            P: /devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/input/input9/event9
            N: input/event9
            S: input/by-id/usb-Honeywell_Voyager_1450g-event-kbd
            E: DEVNAME=/dev/input/event9
            E: MAJOR=13
            E: MINOR=73
            E: SUBSYSTEM=input
            A: dev=13:73\\n
            L: device=../../input9

            P: /devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/input/input9
            E: SUBSYSTEM=input
            A: name=Honeywell Voyager 1450g\\n
            A: capabilities/key=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe\\n
            A: id/vendor=0c2e\\n
            A: id/product=0b61\\n

            \(UmockdevDevices.usb(port: "1-2", product: "0b61", model: "Voyager 1450g"))
            """

        /// No key is held and no light is on. umockdev grants EVIOCGRAB by itself.
        static let answers = """
            EVIOCGKEY 0 \(String(repeating: "00", count: 96))
            EVIOCGLED 0 0000

            """

        /// Each text typed with Enter, as evemu writes events down. Strokes are a millisecond apart.
        static func events(typing texts: [String]) throws -> String {
            let strokes = try texts.flatMap { try WedgeKeyboard.keystrokes("\($0)\n", at: WallTime(milliseconds: 0)) }
            return strokes.enumerated().map { number, stroke in
                stride(from: 0, to: stroke.count, by: 24).map { start in
                    let words = (0..<4).map { UInt16(stroke[start + 16 + $0 * 2]) | UInt16(stroke[start + 17 + $0 * 2]) << 8 }
                    return String(
                        format: "E: %d.%06d %04x %04x %04x\n", number / 1000, number % 1000 * 1000, words[0], words[1], words[2])
                }.joined()
            }.joined()
        }
    }

    /// A Honeywell scanner in HID-POS mode.
    enum HIDPOS {
        static let node = "/dev/hidraw9"

        /// Bar code scanner; report 2: byte count, AIM identifier, 56 bytes of data, two of the maker's, the continuation bit.
        static let reportDescriptor: [UInt8] = [
            0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x85, 0x02, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, 0x01, 0x05, 0x01,
            0x09,
            0x3B, 0x81, 0x02, 0x05, 0x8C, 0x95, 0x03, 0x09, 0xFB, 0x09, 0xFC, 0x09, 0xFD, 0x81, 0x02, 0x95, 0x38, 0x09, 0xFE,
            0x82,
            0x02, 0x01, 0x06, 0x66, 0xFF, 0x95, 0x02, 0x09, 0x04, 0x81, 0x02, 0x05, 0x8C, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01,
            0x09,
            0xFF, 0x81, 0x02, 0x75, 0x07, 0x81, 0x03, 0xC0,
        ]

        /// Of the other hidraw device that such a scanner has: a page of the maker's.
        static let vendorDescriptor: [UInt8] = [
            0x06, 0x8C, 0xFF, 0x09, 0x02, 0xA1, 0x01, 0x75, 0x08, 0x95, 0x40, 0x09, 0x01, 0x81, 0x02, 0xC0,
        ]

        static let description = """
            P: /devices/pci0000:00/0000:00:14.0/usb1/1-3/1-3:1.0/0003:0C2E:0B62.0001/hidraw/hidraw9
            N: hidraw9
            E: DEVNAME=/dev/hidraw9
            E: MAJOR=240
            E: MINOR=9
            E: SUBSYSTEM=hidraw
            A: dev=240:9\\n
            L: device=../../../0003:0C2E:0B62.0001

            P: /devices/pci0000:00/0000:00:14.0/usb1/1-3/1-3:1.0/0003:0C2E:0B62.0001
            E: SUBSYSTEM=hid
            E: HID_ID=0003:00000C2E:00000B62
            E: HID_NAME=Honeywell Genesis 7580
            H: report_descriptor=\(hexadecimal(reportDescriptor))

            \(UmockdevDevices.usb(port: "1-3", product: "0b62", model: "Genesis 7580"))
            """

        /// HIDIOCGRDESC answers with the size and 4096 bytes (linux/hidraw.h).
        static func answers(describing descriptor: [UInt8]) -> String {
            let size: [UInt8] = [UInt8(descriptor.count), 0, 0, 0]
            let padding = [UInt8](repeating: 0, count: 4096 - descriptor.count)
            return """
                @DEV \(node)
                HIDIOCGRDESCSIZE 0 \(hexadecimal(size))
                HIDIOCGRDESC 0 \(hexadecimal(size + descriptor + padding))

                """
        }

        /// The reports of each code, as a script that the device plays. Bytes, as not all of them are text.
        static func script(scanning codes: [[UInt8]]) -> [UInt8] {
            codes.flatMap(HIDPOSScanner.reports(of:)).flatMap { Array("r 1 ".utf8) + $0.flatMap(escaped) + [UInt8(ascii: "\n")] }
        }

        /// Control characters are a caret and a letter, the caret is `^``.
        private static func escaped(_ byte: UInt8) -> [UInt8] {
            switch byte {
            case 0..<32: [UInt8(ascii: "^"), byte + 64]
            case UInt8(ascii: "^"): Array("^`".utf8)
            default: [byte]
            }
        }

        private static func hexadecimal(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02X", $0) }.joined() }
    }

    private static func usb(port: String, product: String, model: String) -> String {
        """
        P: /devices/pci0000:00/0000:00:14.0/usb1/\(port)/\(port):1.0
        E: DEVTYPE=usb_interface
        E: SUBSYSTEM=usb
        A: bInterfaceNumber=00\\n

        P: /devices/pci0000:00/0000:00:14.0/usb1/\(port)
        E: DEVTYPE=usb_device
        E: SUBSYSTEM=usb
        A: idVendor=0c2e\\n
        A: idProduct=\(product)\\n
        A: manufacturer=Honeywell\\n
        A: product=\(model)\\n


        """
    }
}
