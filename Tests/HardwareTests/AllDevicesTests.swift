import Base
import Glibc
import OperatingSystem
import ReaderEmulators
import Testing

@testable import Hardware

@Suite("A box full of devices", .timeLimit(.minutes(5)))
struct AllDevicesTests {
    typealias Keys = ScannerKeystrokes

    let folder: TestFolder
    let reads = Inbox<String>()

    init() throws { folder = try TestFolder() }

    func start(_ protocol: CardReaderProtocol) throws -> (CardReader, ReaderOnTerminal) {
        let device = "\(folder.path)/\(`protocol`.rawValue)"
        let far = ReaderOnTerminal(link: device, chip: `protocol`.makeEmulator())
        try far.plug()
        let reader = CardReader(
            id: `protocol`.rawValue, device: device, baud: 115_200, protocol: `protocol`, settings: CardReaderSettings(),
            powerCycleCommand: [], onCard: { [reads] uid, _ in reads.put("\(`protocol`.rawValue) \(hexadecimal(uid))") },
            onSighting: { _, _ in }, onState: { _ in }, onNotice: { _ in })
        reader.start()
        return (reader, far)
    }

    func start(_ protocol: ScannerProtocol) throws -> (Scanner, FileDescriptorBox) {
        let device = "\(folder.path)/\(`protocol`.rawValue)"
        try #require(unsafe mkfifo(device, 0o600) == 0)
        var settings = ScannerSettings()
        settings.interKey = .seconds(60)
        let scanner = Scanner(
            id: `protocol`.rawValue, device: device, protocol: `protocol`, settings: settings,
            onScan: { [reads] code, _ in reads.put("\(`protocol`.rawValue) \(String(decoding: code, as: UTF8.self))") },
            onState: { _ in }, onNotice: { _ in })
        scanner.start()
        return (scanner, FileDescriptorBox(try .open(device, O_WRONLY | O_NONBLOCK)))
    }

    final class FileDescriptorBox {
        let file: FileDescriptor
        init(_ file: consuming FileDescriptor) { self.file = file }
    }

    @Test("four readers, one of each protocol, and three scanners work side by side")
    func sideBySide() async throws {
        let readers = try CardReaderProtocol.allCases.map { try start($0) }
        let scanners = try ScannerProtocol.allCases.map { try start($0) }
        try await wait { readers.allSatisfy { $0.0.state == .ready } && scanners.allSatisfy { $0.0.state == .ready } }

        let tag: [UInt8] = [0xE2, 0x00, 0x34, 0x12, 5, 6, 7, 8, 9, 10, 11, 12]
        let card: [UInt8] = [0x04, 0xA2, 0xB3, 0xC4]
        var expected: Set<String> = []
        for (reader, far) in readers {
            let uid = reader.id == "uhf-a0" ? tag : card
            far.place(uid: uid)
            expected.insert("\(reader.id) \(hexadecimal(uid))")
        }
        let report = [2, 4, 0, 0, 0] + Array("code".utf8)
        let sent: [String: [UInt8]] = [
            "evdev": Keys.typed("code") + Keys.enter,
            "hidraw": report + [UInt8](repeating: 0, count: 64 - report.count),
            "serial": Array("code\r".utf8),
        ]
        for (scanner, far) in scanners {
            let bytes = try #require(sent[scanner.id])
            let written = far.file.write(bytes.span)
            #expect(written == .written(bytes.count))
            expected.insert("\(scanner.id) code")
        }
        var found: Set<String> = []
        while found.count < expected.count { found.insert(try await reads.next()) }
        #expect(found == expected)
    }
}
