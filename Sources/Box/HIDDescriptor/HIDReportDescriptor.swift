/// The input reports that a HID device describes: which usage stands at which bits (USB HID 1.11, section 6.2.2).
///
/// Tolerant: a descriptor that ends in the middle of an item says what its whole items say, and items that no scanner's
/// report needs (units, limits, strings, long items) are passed over.
public struct HIDReportDescriptor: Hashable, Sendable {
    /// A usage page and a usage on it, of the HID Usage Tables.
    public struct Usage: Hashable, Sendable {
        public let page: UInt16
        public let id: UInt16

        public init(page: UInt16, id: UInt16) {
            self.page = page
            self.id = id
        }
    }

    /// Equal elements of an input report that have one usage: one or more, of a bit or more. Constant ones, the padding, are not
    /// listed.
    public struct Field: Hashable, Sendable {
        public let usage: Usage
        /// The application collection that the field lies in.
        public let application: Usage
        /// The report's identifier; nil when the device has but one report, whose bytes then begin with its data.
        public let reportID: UInt8?
        /// From the first bit of the report, its identifier included, to the first element.
        public let bitOffset: Int
        public let bitsPerElement: Int
        public let count: Int
    }

    /// The longest descriptor that Linux takes (linux/hid.h, HID_MAX_DESCRIPTOR_SIZE).
    public static let maximumSize = 4096
    /// The page of bar code scanners in the HID Usage Tables ("Point of Sale").
    public static let barCodeScannerPage: UInt16 = 0x8C
    /// No report of a bar code scanner comes near it; a longer one is no report.
    static let maximumReportBits = 4096 * 8

    /// The usages of the application collections, in their order.
    public private(set) var applications: [Usage] = []
    public private(set) var fields: [Field] = []

    /// The length of each input report in bytes, with its identifier; the key is 0 when reports have none.
    public var reportSizes: [UInt8: Int] { reportBits.mapValues { ($0 + 7) / 8 } }
    private var reportBits: [UInt8: Int] = [:]

    public init(_ bytes: [UInt8]) {
        var parser = HIDItemParser(bytes.prefix(Self.maximumSize))
        var state = ParserState()
        while let item = parser.next() { take(item, &state) }
    }

    private mutating func take(_ item: HIDItem, _ state: inout ParserState) {
        switch item.tag {
        case .usagePage: state.global.usagePage = UInt16(truncatingIfNeeded: item.value)
        case .reportSize: state.global.bitsPerElement = Int(item.value)
        case .reportCount: state.global.count = Int(item.value)
        case .reportID:
            // No report has the identifier 0 (section 6.2.2.7).
            let id = UInt8(truncatingIfNeeded: item.value)
            state.global.reportID = id == 0 ? nil : id
        case .push: state.push()
        case .pop: state.pop()
        case .usage: state.add(state.usage(item))
        case .usageMinimum: state.usageMinimum = state.usage(item)
        case .usageMaximum: state.addRange(to: state.usage(item))
        case .collection:
            if state.depth == 0, item.value == HIDItem.applicationCollection, let usage = state.usages.first {
                applications.append(usage)
                state.application = usage
            }
            state.depth += 1
            state.endItem()
        case .endCollection:
            state.depth = max(0, state.depth - 1)
            if state.depth == 0 { state.application = nil }
            state.endItem()
        case .input:
            addInput(flags: item.value, state)
            state.endItem()
        case .otherMain: state.endItem()
        case .other: break
        }
    }

    private mutating func addInput(flags: UInt32, _ state: ParserState) {
        let global = state.global
        let key = global.reportID ?? 0
        let start = reportBits[key] ?? (global.reportID == nil ? 0 : 8)
        let (length, overflow) = global.bitsPerElement.multipliedReportingOverflow(by: global.count)
        guard !overflow, length <= Self.maximumReportBits - start else { return }
        reportBits[key] = start + length

        guard length > 0, flags & HIDItem.constant == 0, let application = state.application else { return }
        // Several usages name the elements one by one, the last of them all that are left. An array's usages are what
        // its elements may hold; of bytes there is only one.
        let usages = flags & HIDItem.variable == 0 ? state.usages.prefix(1) : state.usages.prefix(global.count)
        for (index, usage) in usages.enumerated() {
            fields.append(
                Field(
                    usage: usage, application: application, reportID: global.reportID,
                    bitOffset: start + index * global.bitsPerElement, bitsPerElement: global.bitsPerElement,
                    count: index == usages.count - 1 ? global.count - index : 1))
        }
    }
}

/// What items leave behind for those that follow.
private struct ParserState {
    struct Global {
        var usagePage: UInt16 = 0
        var reportID: UInt8?
        var bitsPerElement = 0
        var count = 0
    }

    /// More than any device names in one item, or saves.
    private static let maximumUsages = 256
    private static let maximumSaved = 8

    var global = Global()
    var usages: [HIDReportDescriptor.Usage] = []
    var usageMinimum: HIDReportDescriptor.Usage?
    var application: HIDReportDescriptor.Usage?
    var depth = 0
    private var saved: [Global] = []

    /// A usage of four bytes names its page too.
    func usage(_ item: HIDItem) -> HIDReportDescriptor.Usage {
        let page = item.size == 4 ? UInt16(truncatingIfNeeded: item.value >> 16) : global.usagePage
        return .init(page: page, id: UInt16(truncatingIfNeeded: item.value))
    }

    mutating func add(_ usage: HIDReportDescriptor.Usage) {
        if usages.count < Self.maximumUsages { usages.append(usage) }
    }

    mutating func addRange(to last: HIDReportDescriptor.Usage) {
        guard let first = usageMinimum, first.page == last.page, first.id <= last.id else { return }
        for id in (first.id...last.id).prefix(Self.maximumUsages) { add(.init(page: first.page, id: id)) }
        usageMinimum = nil
    }

    mutating func push() {
        if saved.count < Self.maximumSaved { saved.append(global) }
    }

    mutating func pop() {
        if let last = saved.popLast() { global = last }
    }

    /// A main item uses up the usages before it.
    mutating func endItem() {
        usages.removeAll(keepingCapacity: true)
        usageMinimum = nil
    }
}
