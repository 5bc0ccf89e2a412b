import Base
import HIDDescriptor

@testable import ScannerDecoders

extension FuzzTarget {
    /// What a device says of its reports: fields lie within reports of a sane size, what is cut off says what it still holds, and
    /// the layouts of scanners lie within their reports.
    static let hidDescriptor = FuzzTarget(name: "hid-descriptor") { input in
        let descriptor = HIDReportDescriptor(input)
        for (id, size) in descriptor.reportSizes {
            try require((0...4096).contains(size), "report \(id) of \(size) bytes")
        }
        for field in descriptor.fields {
            let size = descriptor.reportSizes[field.reportID ?? 0] ?? -1
            let end = field.bitOffset + field.bitsPerElement * field.count
            try require(field.bitOffset >= (field.reportID == nil ? 0 : 8) && end <= 8 * size, "\(field) of \(size) bytes")
            try require(field.count >= 0 && descriptor.applications.contains(field.application), "\(field)")
        }
        for layout in HIDPOSLayout.layouts(of: descriptor) {
            let size = descriptor.reportSizes[layout.reportID ?? 0] ?? -1
            try require(layout.dataCapacity > 0 && layout.dataOffset + layout.dataCapacity <= size, "\(layout)")
            try require((layout.lengthOffset ?? 0) < size && (layout.continuedOffset ?? 0) < size, "\(layout)")
            try require((layout.continuedOffset == nil) == (layout.continuedMask == 0), "\(layout)")
        }
        let half = HIDReportDescriptor(Array(input.prefix(input.count / 2)))
        try require(descriptor.fields.starts(with: half.fields), "fields of the first half that the whole does not have")
        try require(descriptor.applications.starts(with: half.applications), "applications that the whole does not have")
    }

    /// A scanner in HID-POS mode: codes are bounded, those of a file do not depend on how its reads are cut, and after a pause the
    /// next code gets through.
    ///
    /// The first byte says what is opened: a file, a scanner whose descriptor is good, or a device whose descriptor follows after
    /// its length. Then come reads with time between them.
    static let hidPOS = FuzzTarget(name: "hid-pos") { input in
        typealias Line = ScannerLine<HIDPOSDecoder>
        var decoder = HIDPOSDecoder(interReport: Line.pause, maximumLength: Line.maximumLength, suffix: [0x0D])
        var reads = input.dropFirst()
        let kind = (input.first ?? 0) % 3
        switch kind {
        case 0: decoder.opened(reportDescriptor: nil)
        case 1: decoder.opened(reportDescriptor: scannerDescriptor)
        default:
            let length = Int(reads.popFirst() ?? 0)
            decoder.opened(reportDescriptor: Array(reads.prefix(length)))
            reads = reads.dropFirst(length)
        }
        var line = Line(decoder)
        var torn = line
        try line.play(reads.timedReads)
        if decoder.mismatch != nil {
            try require(line.outputs.isEmpty, "a device that is no scanner told \(line.outputs)")
        }
        guard kind != 2 else { return }
        if kind == 0 {
            try torn.play(reads.timedReads, isTorn: true)
            try require(line.outputs == torn.outputs, "\(torn.outputs) came of bytes cut up, \(line.outputs) of longer reads")
        }
        try line.wait(Line.pause)
        let report = [2, 2] + Array("]Q17\r".utf8)
        let told = try line.take(report + [UInt8](repeating: 0, count: 64 - report.count))
        try require(told == [.scan(Array("7".utf8))], "after a pause, 7 is told as \(told)")
    }

    /// Reports of 64 bytes: identifier 2, length, three bytes of symbology, 56 of code, two of padding, and the bit that says that
    /// the code goes on.
    private static let scannerDescriptor: [UInt8] = [
        0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x85, 0x02, 0x75, 0x08, 0x95, 0x01, 0x0B, 0x3B, 0x00, 0x01, 0x00, 0x81, 0x02, 0x95,
        0x03, 0x09, 0xFB, 0x09, 0xFC, 0x09, 0xFD, 0x81, 0x02, 0x95, 0x38, 0x09, 0xFE, 0x81, 0x02, 0x95, 0x02, 0x81, 0x03, 0x75,
        0x01, 0x95, 0x01, 0x09, 0xFF, 0x81, 0x02, 0x75, 0x07, 0x81, 0x03, 0xC0,
    ]
}
