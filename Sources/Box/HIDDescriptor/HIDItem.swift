/// One short item of a HID report descriptor (USB HID 1.11, section 6.2.2.2).
struct HIDItem {
    enum Tag {
        case input, collection, endCollection
        /// Output and feature reports.
        case otherMain
        case usagePage, reportSize, reportID, reportCount, push, pop
        case usage, usageMinimum, usageMaximum
        case other
    }

    /// Flags of an input item.
    static let constant: UInt32 = 1
    static let variable: UInt32 = 2
    /// The value of a collection item.
    static let applicationCollection: UInt32 = 1

    let tag: Tag
    let value: UInt32
    /// Bytes of the value: 0, 1, 2 or 4.
    let size: Int

    /// `prefix` is the item's first byte, without its two bits of size.
    init(prefix: UInt8, value: UInt32, size: Int) {
        tag =
            switch prefix & 0xFC {
            case 0x80: .input
            case 0x90, 0xB0: .otherMain
            case 0xA0: .collection
            case 0xC0: .endCollection
            case 0x04: .usagePage
            case 0x74: .reportSize
            case 0x84: .reportID
            case 0x94: .reportCount
            case 0xA4: .push
            case 0xB4: .pop
            case 0x08: .usage
            case 0x18: .usageMinimum
            case 0x28: .usageMaximum
            default: .other
            }
        self.value = value
        self.size = size
    }
}
