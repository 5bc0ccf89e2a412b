/// What a scanner in HID-POS mode sends for a code: input reports of 64 bytes, in the layout of Honeywell and Zebra
/// (docs/scanners.md).
public enum HIDPOSScanner {
    private static let reportID: UInt8 = 2
    private static let reportSize = 64
    private static let dataOffset = 5
    private static let dataCapacity = 56
    private static let continuedOffset = 63
    /// The AIM identifier of a QR code. Only the first report of a code has it.
    private static let symbology = Array("]Q1".utf8)

    /// The reports of a code, which may hold any bytes; none for an empty one.
    public static func reports(of code: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: code.count, by: dataCapacity).map { start in
            let part = code[start..<min(start + dataCapacity, code.count)]
            var report = [UInt8](repeating: 0, count: reportSize)
            report[0] = reportID
            report[1] = UInt8(part.count)
            if start == 0 { report.replaceSubrange(2..<dataOffset, with: symbology) }
            report.replaceSubrange(dataOffset..<dataOffset + part.count, with: part)
            report[continuedOffset] = start + part.count < code.count ? 1 : 0
            return report
        }
    }
}
