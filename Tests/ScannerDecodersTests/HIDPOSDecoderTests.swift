import Base
import Testing

@testable import ScannerDecoders

@Suite("HID-POS scanner, input reports to codes")
struct HIDPOSDecoderTests {
    /// How a maker lays out its report of 64 bytes.
    struct Layout: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var dataOffset: Int
        /// Before the data of the first report, from byte 2; and of those that continue it.
        var head: [UInt8]
        var continuedHead: [UInt8]
        var symbology: [Int: UInt8]
    }

    static let honeywell = Layout(
        testDescription: "Honeywell, Zebra", dataOffset: 5, head: Array("]Q1".utf8), continuedHead: [0, 0, 0],
        symbology: [61: 0x73])
    static let access = Layout(
        testDescription: "Access-IS", dataOffset: 5, head: Array("]Q0".utf8), continuedHead: Array("]Q0".utf8),
        symbology: [61: 0x73])
    static let withoutIdentifier = Layout(
        testDescription: "identifier switched off", dataOffset: 5, head: [0, 0, 0], continuedHead: [0, 0, 0], symbology: [:])
    static let shifted = Layout(
        testDescription: "shifted by one", dataOffset: 6, head: [0] + Array("]Q1".utf8), continuedHead: [0, 0, 0, 0],
        symbology: [:])
    static let newland = Layout(testDescription: "Newland", dataOffset: 2, head: [], continuedHead: [], symbology: [62: 0x73])
    static let layouts = [honeywell, access, withoutIdentifier, shifted, newland]

    static let ticket = Array("VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN".utf8)
    /// As a transport authority's code is: any bytes, and more than two reports of them.
    static let binary: [UInt8] = (0..<150).map { UInt8(truncatingIfNeeded: 0x80 + $0 * 7) } + [0, 0x0D, 0x0A, 0, 0x0D, 0]

    var decoder = HIDPOSDecoder(interReport: .milliseconds(200), maximumLength: 400, suffix: [0x0D])

    static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: 1_000_000_000 + milliseconds * 1_000_000) }

    static func reports(_ code: [UInt8], _ layout: Layout = honeywell) -> [[UInt8]] {
        stride(from: 0, to: code.count, by: 56).map { start in
            let part = code[start..<min(start + 56, code.count)]
            var report = [2, UInt8(part.count)] + (start == 0 ? layout.head : layout.continuedHead) + part
            report += [UInt8](repeating: 0, count: 64 - report.count)
            for (offset, byte) in layout.symbology { report[offset] = byte }
            report[63] = start + part.count < code.count ? 1 : 0
            return report
        }
    }

    func opened(_ descriptor: [UInt8]) -> HIDPOSDecoder {
        var decoder = decoder
        decoder.opened(reportDescriptor: descriptor)
        return decoder
    }

    /// What comes of bytes read at once, or one after the other.
    static func outputs(_ decoder: HIDPOSDecoder, _ reads: [[UInt8]]) -> [ScannerOutput] {
        var decoder = decoder
        return reads.enumerated().flatMap { decoder.decode($1, now: at(Int64($0))) }
    }

    // MARK: Layouts

    @Test("without a descriptor, every layout found in the field gives its code", arguments: layouts)
    func guessed(layout: Layout) {
        #expect(Self.outputs(decoder, Self.reports(Self.ticket, layout)) == [.scan(Self.ticket)])
        #expect(Self.outputs(decoder, Self.reports(Self.binary, layout)) == [.scan(Self.binary)])
    }

    @Test("a descriptor that does not tell leaves it to the layouts found in the field", arguments: layouts)
    func untelling(layout: Layout) {
        #expect(Self.outputs(opened(HIDPOSDescriptors.untelling), Self.reports(Self.binary, layout)) == [.scan(Self.binary)])
    }

    @Test("a descriptor says where the code is, whatever stands before it")
    func described() {
        // The same bytes would be guessed as Newland's.
        let odd = Layout(testDescription: "", dataOffset: 5, head: [1, 2, 3], continuedHead: [9, 9, 9], symbology: [:])
        #expect(Self.outputs(opened(HIDPOSDescriptors.counted), Self.reports(Self.binary, odd)) == [.scan(Self.binary)])
    }

    @Test("reports without a byte count are filled up with zeros")
    func uncounted() {
        let first = [5] + Array("]Q1".utf8) + [UInt8](repeating: 0x41, count: 56) + [1]
        let last = [5, 0, 0, 0, 0x42, 0, 0x43] + [UInt8](repeating: 0, count: 54)
        let code = [UInt8](repeating: 0x41, count: 56) + [0x42, 0, 0x43]
        #expect(Self.outputs(opened(HIDPOSDescriptors.uncounted), [first, last]) == [.scan(code)])
    }

    @Test("reports without an identifier begin with their data")
    func unidentified() {
        let code = Array(Self.binary.prefix(62))
        #expect(Self.outputs(opened(HIDPOSDescriptors.unidentified), [[62] + code + [0]]) == [.scan(code)])
    }

    @Test("reports of another kind are not taken for codes")
    func otherReports() {
        let reports = Self.reports(Self.binary)
        let other: [UInt8] = [3] + [UInt8](repeating: 0x41, count: 63)
        #expect(
            Self.outputs(opened(HIDPOSDescriptors.counted), [other, reports[0], [9, 1], reports[1], reports[2]]) == [
                .scan(Self.binary)
            ])
        #expect(Self.outputs(decoder, [other, reports[0], other, reports[1] + reports[2]]) == [.scan(Self.binary)])
    }

    @Test(
        "a device that is no HID-POS scanner says what to do",
        arguments: [HIDPOSDescriptors.vendor, HIDPOSDescriptors.keyboard, []])
    func mismatch(descriptor: [UInt8]) throws {
        let decoder = opened(descriptor)
        #expect(try #require(decoder.mismatch).contains("HID-POS"))
        #expect(Self.outputs(decoder, Self.reports(Self.ticket)).isEmpty)
        #expect(opened(HIDPOSDescriptors.counted).mismatch == nil)
        #expect(opened(HIDPOSDescriptors.untelling).mismatch == nil)
        #expect(opened(HIDPOSDescriptors.vendor + HIDPOSDescriptors.counted).mismatch == nil)
    }

    @Test("reports as a Honeywell Voyager 1602g sent them (HenkVanAsselt/python_hon_usbhid)")
    func honeywellDump() {
        let head: [UInt8] = [2, 56, 93, 88, 48]
        let first = head + Array(" Type: N/A   Revision: N/A   Serial Number: N/A   Checks".utf8) + [63, 0, 1]
        let tail: [UInt8] = [2, 9, 93, 88, 48, 117, 109, 58, 32, 78, 47, 65, 13, 10]
        let last = tail + [UInt8](repeating: 0, count: 47) + [63, 0, 0]
        let text = " Type: N/A   Revision: N/A   Serial Number: N/A   Checksum: N/A"
        #expect(Self.outputs(decoder, [first, last]) == [.scan(Array(text.utf8))])
        #expect(Self.outputs(opened(HIDPOSDescriptors.counted), [first, last]) == [.scan(Array(text.utf8))])
    }

    @Test("a last report as it was printed with its length, its identifier and the suffix (qzind/tray issue 286)")
    func printedDump() {
        let text = "ulpa qui officia deserunt mollit anim id est laborum."
        let report = [0x02, 0x36, 0x5D, 0x51, 0x31] + Array(text.utf8) + [0x0D, 0, 0, 0, 0]
        #expect(report[1] == UInt8(text.utf8.count + 1))
        #expect(Self.outputs(opened(HIDPOSDescriptors.counted), [report]) == [.scan(Array(text.utf8))])
    }

    // MARK: Cutting

    @Test(
        "from a FIFO, reports may be cut anywhere or come several at once", arguments: [1, 2, 5, 63, 64, 65, 127, 128, 129, 4096])
    func cut(size: Int) {
        let stream = Self.reports(Self.binary).flatMap { $0 } + Self.reports(Self.ticket).flatMap { $0 }
        let reads = stride(from: 0, to: stream.count, by: size).map { Array(stream[$0..<min($0 + size, stream.count)]) }
        #expect(Self.outputs(decoder, reads) == [.scan(Self.binary), .scan(Self.ticket)])
    }

    @Test("a device's report may end where its code does")
    func shortReport() {
        let report = Array(Self.reports(Self.ticket)[0].prefix(5 + Self.ticket.count))
        #expect(Self.outputs(opened(HIDPOSDescriptors.counted), [report, report]) == [.scan(Self.ticket), .scan(Self.ticket)])
    }

    @Test("several reports in one read of a device are several reports")
    func together() {
        let stream = (Self.reports(Self.ticket) + Self.reports(Self.binary)).flatMap { $0 }
        #expect(Self.outputs(opened(HIDPOSDescriptors.counted), [stream]) == [.scan(Self.ticket), .scan(Self.binary)])
    }

    // MARK: Suffix

    @Test("a suffix is taken off text, and nothing off other bytes")
    func suffix() {
        let text = Self.ticket + [0x0D]
        #expect(Self.outputs(decoder, Self.reports(text)) == [.scan(Self.ticket)])
        #expect(Self.outputs(decoder, Self.reports(text + [0x0A])) == [.scan(Self.ticket)])
        #expect(Self.outputs(decoder, Self.reports([0x80, 0x0D])) == [.scan([0x80, 0x0D])])
        #expect(Self.outputs(decoder, Self.reports([0x0D])).isEmpty)
        let odd = HIDPOSDecoder(interReport: .milliseconds(200), maximumLength: 400, suffix: Array("#".utf8))
        #expect(Self.outputs(odd, Self.reports(Self.ticket + Array("#".utf8))) == [.scan(Self.ticket)])
    }

    // MARK: Losses

    @Test("a code whose next report does not come in time is dropped, and the next code is whole")
    mutating func missingContinuation() {
        #expect(decoder.decode(Self.reports(Self.binary)[0], now: Self.at(0)).isEmpty)
        #expect(decoder.nextDeadline == Self.at(200))
        #expect(decoder.timeOut(now: Self.at(199)).isEmpty)
        let outputs = decoder.timeOut(now: Self.at(200))
        #expect(outputs.count == 1 && outputs.allSatisfy(isDropped))
        #expect(decoder.nextDeadline == nil)
        #expect(decoder.decode(Self.reports(Self.ticket)[0], now: Self.at(201)) == [.scan(Self.ticket)])
    }

    @Test("a report whose rest does not come is dropped")
    mutating func tornReport() {
        #expect(decoder.decode(Array(Self.reports(Self.ticket)[0].prefix(20)), now: Self.at(0)).isEmpty)
        #expect(decoder.nextDeadline == Self.at(200))
        #expect(decoder.timeOut(now: Self.at(200)).map(isDropped) == [true])
        #expect(decoder.decode(Self.reports(Self.ticket)[0], now: Self.at(201)) == [.scan(Self.ticket)])
    }

    @Test("a code that is too long is dropped once, with all its reports")
    func tooLong() {
        let long = [UInt8](repeating: 0x41, count: 401)
        let outputs = Self.outputs(decoder, Self.reports(long) + Self.reports(Self.ticket))
        #expect(outputs.count == 2 && outputs.first.map(isDropped) == true && outputs.last == .scan(Self.ticket))
        let longest = Array(long.dropLast())
        #expect(Self.outputs(decoder, Self.reports(longest)) == [.scan(longest)])
    }

    @Test("a code that is too long and breaks off does not spoil the next, which comes after a pause")
    mutating func tooLongAndCutOff() {
        let reports = Self.reports([UInt8](repeating: 0x41, count: 500))
        for report in reports.dropLast() { _ = decoder.decode(report, now: Self.at(0)) }
        #expect(decoder.nextDeadline == Self.at(200))
        #expect(decoder.timeOut(now: Self.at(200)).isEmpty)
        #expect(decoder.decode(Self.reports(Self.ticket)[0], now: Self.at(201)) == [.scan(Self.ticket)])
    }

    @Test("a report that claims more than it holds spoils its code, not the next", arguments: [nil, HIDPOSDescriptors.counted])
    func absurdLength(descriptor: [UInt8]?) {
        var decoder = decoder
        decoder.opened(reportDescriptor: descriptor)
        var reports = Self.reports(Self.binary)
        reports[1][1] = 57
        let outputs = Self.outputs(decoder, reports + Self.reports(Self.ticket))
        #expect(outputs.count == 2 && outputs.first.map(isDropped) == true && outputs.last == .scan(Self.ticket))
    }

    @Test("noise does no harm, and after a pause a code is whole", arguments: 0..<100 as Range<UInt64>)
    func noise(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for descriptor in [nil, HIDPOSDescriptors.counted, HIDPOSDescriptors.uncounted, HIDPOSDescriptors.unidentified] {
            var decoder = decoder
            decoder.opened(reportDescriptor: descriptor)
            for turn in 0..<20 {
                let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...3, using: &random) }
                for case .scan(let code) in decoder.decode(bytes, now: Self.at(Int64(turn))) { #expect(code.count <= 400) }
            }
            guard descriptor != HIDPOSDescriptors.uncounted, descriptor != HIDPOSDescriptors.unidentified else { continue }
            _ = decoder.timeOut(now: Self.at(1000))
            #expect(decoder.decode(Self.reports(Self.ticket)[0], now: Self.at(1000)).last == .scan(Self.ticket))
        }
    }

    private func isDropped(_ output: ScannerOutput) -> Bool {
        if case .dropped = output { true } else { false }
    }
}
