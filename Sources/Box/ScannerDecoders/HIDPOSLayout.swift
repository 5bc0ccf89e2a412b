import HIDDescriptor

/// Where the input report of a bar code scanner keeps its code.
struct HIDPOSLayout: Hashable, Sendable {
    /// The first byte of such a report; nil when the scanner's reports have no identifiers.
    let reportID: UInt8?
    /// Where the number of code bytes in the report stands; nil when the report is filled up with zeros.
    let lengthOffset: Int?
    /// Of the code's bytes, from the beginning of the report with its identifier.
    let dataOffset: Int
    /// Bytes of code in one report at most.
    let dataCapacity: Int
    /// The byte of which these bits, not all zero, say that the next report continues the code.
    let continuedOffset: Int?
    let continuedMask: UInt8
}

extension HIDPOSLayout {
    /// Of the HID Usage Tables: usages of bar code scanners and of generic devices.
    private static let decodedData = HIDReportDescriptor.Usage(page: HIDReportDescriptor.barCodeScannerPage, id: 0xFE)
    private static let decodedDataContinued = HIDReportDescriptor.Usage(page: HIDReportDescriptor.barCodeScannerPage, id: 0xFF)
    private static let byteCount = HIDReportDescriptor.Usage(page: 0x01, id: 0x3B)

    /// The layouts of the reports in which a scanner's application collection has decoded data, in whole bytes.
    static func layouts(of descriptor: HIDReportDescriptor) -> [HIDPOSLayout] {
        let fields = descriptor.fields.filter { $0.application.page == HIDReportDescriptor.barCodeScannerPage }
        return fields.filter { $0.usage == decodedData && $0.isBytes }.map { data in
            let ofReport = fields.filter { $0.reportID == data.reportID }
            let length = ofReport.first { $0.usage == byteCount && $0.isBytes && $0.count == 1 }
            let continued = ofReport.first { $0.usage == decodedDataContinued && $0.isInOneByte }
            return HIDPOSLayout(
                reportID: data.reportID, lengthOffset: length.map { $0.bitOffset / 8 },
                dataOffset: data.bitOffset / 8, dataCapacity: data.count,
                continuedOffset: continued.map { $0.bitOffset / 8 },
                continuedMask: continued.map { UInt8(truncatingIfNeeded: (1 << $0.bitsPerElement - 1) << ($0.bitOffset % 8)) }
                    ?? 0)
        }
    }

    /// The report that scanners have in common: 64 bytes, of which 0 is the identifier, 1 the length and 63 not zero when
    /// the code goes on. What is between depends on the maker.
    static let commonReportID: UInt8 = 2
    static let commonReportSize = 64

    /// The layout of a code whose first report this is, of a scanner that describes none.
    ///
    /// Bytes 2 to 4 are an AIM symbology identifier, such as `]Q1`, or zeros (Honeywell, Zebra; Access-IS ATR110 and
    /// LSR118 product manuals, "HID reports"); some models have it one byte later; others have no identifier, and the
    /// code from byte 2 (Newland FM430 and relatives).
    static func guess(firstReport report: ArraySlice<UInt8>) -> HIDPOSLayout {
        let head = Array(report.dropFirst(2).prefix(4))
        if isSymbologyIdentifier(head.prefix(3)) || head.prefix(3).allSatisfy({ $0 == 0 }) { return common(dataOffset: 5) }
        if isSymbologyIdentifier(head.dropFirst()) { return common(dataOffset: 6) }
        return common(dataOffset: 2)
    }

    private static func common(dataOffset: Int) -> HIDPOSLayout {
        HIDPOSLayout(
            reportID: commonReportID, lengthOffset: 1, dataOffset: dataOffset, dataCapacity: 56, continuedOffset: 63,
            continuedMask: 0xFF)
    }

    /// A bracket, a letter for the symbology, a letter or digit for its options (ISO/IEC 15424).
    private static func isSymbologyIdentifier(_ bytes: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(bytes)
        guard bytes.count == 3, bytes[0] == UInt8(ascii: "]") else { return false }
        return isLetter(bytes[1]) && (isLetter(bytes[2]) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[2]))
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & ~0x20)
    }
}

extension HIDReportDescriptor.Field {
    fileprivate var isBytes: Bool { bitsPerElement == 8 && bitOffset.isMultiple(of: 8) }
    fileprivate var isInOneByte: Bool { bitOffset % 8 + bitsPerElement <= 8 }
}
