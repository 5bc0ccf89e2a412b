/// A device that a reader or a scanner may be: what the kernel and udev say of it.
public struct DiscoveredDevice: Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// A serial port: a USB adapter, a CDC-ACM device or an UART.
        case serial
        /// An evdev device with the keys of a keyboard, which is what a scanner in keyboard mode is too.
        case keyboard
        case hidraw
    }

    public let kind: Kind
    /// The device node, such as `/dev/ttyUSB0`.
    public let node: String
    /// Of USB and HID devices.
    public var vendorID: UInt16?
    public var productID: UInt16?
    public var manufacturer: String?
    public var model: String?
    public var serialNumber: String?
    /// Where it is plugged in, as the kernel names it: bus, ports on the way, such as `1-1.2`.
    public var usbPort: String?
    /// Which of the USB device's interfaces it is.
    public var usbInterface: String?
    /// The kernel driver.
    public var driver: String?
    /// A name by which udev finds it again after the next start: under `/dev/serial/by-id` and the like.
    public var stableLink: String?
    /// The validator's own name for it, by its udev rules: under `/dev/validator`.
    public var validatorLink: String?
    /// gpsd reads it: udev or gpsd's own settings have given it a name or a place of theirs.
    public var isGPSDs = false
    /// True of a hidraw device with a bar code scanner's reports (usage page 0x8C).
    public var isHIDPOS = false

    public init(kind: Kind, node: String) {
        self.kind = kind
        self.node = node
    }

    /// The name to write into a configuration: the one that survives most.
    public var preferredPath: String { validatorLink ?? stableLink ?? node }
}
