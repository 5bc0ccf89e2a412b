import Base
import Testing

@testable import HIDDescriptor

@Suite("HID report descriptors")
struct HIDReportDescriptorTests {
    typealias Usage = HIDReportDescriptor.Usage
    typealias Field = HIDReportDescriptor.Field

    let scanner = Usage(page: 0x8C, id: 2)

    @Test("each field stands where the items before it leave off, padding and other pages included")
    func scannerFields() {
        let descriptor = HIDReportDescriptor(HIDPOSDescriptors.counted)
        #expect(descriptor.applications == [scanner])
        #expect(descriptor.reportSizes == [2: 64])
        let fields = descriptor.fields.map { [Int($0.usage.page), Int($0.usage.id), $0.bitOffset, $0.bitsPerElement, $0.count] }
        #expect(
            fields == [
                [0x01, 0x3B, 8, 8, 1], [0x8C, 0xFB, 16, 8, 1], [0x8C, 0xFC, 24, 8, 1], [0x8C, 0xFD, 32, 8, 1],
                [0x8C, 0xFE, 40, 8, 56], [0xFF66, 0x04, 488, 8, 1], [0xFF66, 0x00, 496, 8, 1], [0x8C, 0xFF, 504, 1, 1],
            ])
        #expect(descriptor.fields.allSatisfy { $0.application == scanner && $0.reportID == 2 })
    }

    @Test("a device with one report needs no identifier, and a usage of four bytes brings its page")
    func withoutIdentifier() {
        let descriptor = HIDReportDescriptor(HIDPOSDescriptors.unidentified)
        #expect(descriptor.reportSizes == [0: 64])
        #expect(
            descriptor.fields.first
                == Field(
                    usage: Usage(page: 1, id: 0x3B), application: scanner, reportID: nil, bitOffset: 0, bitsPerElement: 8,
                    count: 1))
    }

    @Test("a keyboard's eight modifiers are named by a range, its output report counts for nothing")
    func keyboard() {
        let descriptor = HIDReportDescriptor(HIDPOSDescriptors.keyboard)
        #expect(descriptor.applications == [Usage(page: 1, id: 6)])
        #expect(descriptor.reportSizes == [0: 8])
        #expect(descriptor.fields.prefix(8).map(\.usage.id) == Array(0xE0...0xE7))
        #expect(descriptor.fields.prefix(8).map(\.bitOffset) == Array(0..<8))
        #expect(descriptor.fields.last?.bitOffset == 16)
        #expect(descriptor.fields.last?.count == 6)
    }

    @Test("elements without bits, and no elements, are no field", arguments: [[0x75, 0], [0x95, 0]] as [[UInt8]])
    func emptyField(items: [UInt8]) {
        let head: [UInt8] = [0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x75, 0x08, 0x95, 0x01]
        #expect(HIDReportDescriptor(head + items + [0x09, 0xFF, 0x81, 0x02]).fields.isEmpty)
    }

    @Test("the identifier 0, which is reserved, is none")
    func identifierZero() {
        let descriptor = HIDReportDescriptor([
            0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x85, 0x00, 0x75, 0x08, 0x95, 0x02, 0x09, 0xFE, 0x81, 0x02,
        ])
        #expect(descriptor.reportSizes == [0: 2])
        #expect(descriptor.fields.map(\.reportID) == [nil])
    }

    @Test("two application collections keep their fields and reports apart")
    func twoApplications() {
        let descriptor = HIDReportDescriptor(HIDPOSDescriptors.vendor + HIDPOSDescriptors.counted)
        #expect(descriptor.applications == [Usage(page: 0xFF8C, id: 2), scanner])
        #expect(descriptor.reportSizes == [2: 64, 3: 64])
        #expect(descriptor.fields.filter { $0.application == scanner }.allSatisfy { $0.reportID == 2 })
    }

    @Test("pop gives back what push saved")
    func pushAndPop() {
        let items: [UInt8] = [
            0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x75, 0x08, 0x95, 0x02, 0xA4, 0x75, 0x01, 0x95, 0x03, 0x05, 0x01, 0xB4, 0x09,
            0xFE,
            0x81, 0x02, 0xC0,
        ]
        let field = HIDReportDescriptor(items).fields.first
        #expect(field?.usage == Usage(page: 0x8C, id: 0xFE))
        #expect(field?.bitsPerElement == 8)
        #expect(field?.count == 2)
    }

    @Test("long items are passed over")
    func longItem() {
        let items = [0xFE, 0x03, 0x99, 0x05, 0x01, 0xA1] + HIDPOSDescriptors.counted
        #expect(HIDReportDescriptor(items) == HIDReportDescriptor(HIDPOSDescriptors.counted))
    }

    @Test("a descriptor cut off anywhere says what its whole items say", arguments: 0..<HIDPOSDescriptors.counted.count)
    func cutOff(length: Int) {
        let whole = HIDReportDescriptor(HIDPOSDescriptors.counted)
        let part = HIDReportDescriptor(Array(HIDPOSDescriptors.counted.prefix(length)))
        #expect(whole.fields.starts(with: part.fields))
    }

    @Test("sizes beyond any report are no report")
    func absurdSizes() {
        let items: [UInt8] = [
            0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x77, 0xFF, 0xFF, 0xFF, 0xFF, 0x97, 0xFF, 0xFF, 0xFF, 0xFF, 0x09, 0xFE, 0x81,
            0x02,
            0x1B, 0x00, 0x00, 0x8C, 0x00, 0x2B, 0xFF, 0xFF, 0x8C, 0x00, 0x75, 0x08, 0x96, 0xFF, 0x7F, 0x81, 0x02,
        ]
        #expect(HIDReportDescriptor(items).fields.isEmpty)
    }

    @Test("bytes that are no descriptor do no harm", arguments: 0..<200 as Range<UInt64>)
    func noise(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = (0..<Int.random(in: 0...600, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        let descriptor = HIDReportDescriptor(bytes)
        #expect(descriptor.fields.count <= bytes.count * 256)
        #expect(
            descriptor.fields.allSatisfy { $0.bitOffset + $0.bitsPerElement * $0.count <= HIDReportDescriptor.maximumReportBits })
    }
}
