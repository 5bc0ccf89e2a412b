import Base
import Glibc
import OperatingSystem
import ReaderDrivers
import ReaderEmulators
import ScannerDecoders
import TestSupport
import Testing

@testable import Hardware

@Suite("A box full of devices", .timeLimit(.minutes(5)))
struct AllDevicesTests {
    let folder: TemporaryFolder
    let reads = Inbox<String>()

    init() throws { folder = TemporaryFolder() }

    func start(_ driver: ReaderDriver) throws -> (CardReader, ReaderOnTerminal) {
        let device = "\(folder.path)/\(driver.name)"
        let far = ReaderOnTerminal(link: device, chip: driver.makeEmulator())
        try far.plug()
        let reader = CardReader(
            id: driver.name, device: device, baud: 115_200, protocol: driver, settings: CardReaderSettings(),
            powerCycleCommand: [], onCard: { [reads] uid, _ in reads.put("\(driver.name) \(hexadecimal(uid))") },
            onSighting: { _, _ in }, onState: { _ in }, onNotice: { _ in })
        reader.start()
        return (reader, far)
    }

    func start(_ driver: ScannerDriver) throws -> (Scanner, FileDescriptorBox) {
        let device = "\(folder.path)/\(driver.name)"
        try #require(unsafe mkfifo(device, 0o600) == 0)
        var settings = ScannerSettings()
        settings.interKey = .seconds(60)
        let scanner = Scanner(
            id: driver.name, device: device, protocol: driver, settings: settings,
            onScan: { [reads] code, _ in reads.put("\(driver.name) \(String(decoding: code, as: UTF8.self))") },
            onState: { _ in }, onNotice: { _ in })
        scanner.start()
        return (scanner, FileDescriptorBox(try .open(device, O_WRONLY | O_NONBLOCK)))
    }

    final class FileDescriptorBox {
        let file: FileDescriptor
        init(_ file: consuming FileDescriptor) { self.file = file }
    }

    @Test("readers and scanners, one of each protocol, work side by side")
    func sideBySide() async throws {
        let readers = try ReaderDriver.all.map { try start($0) }
        let scanners = try ScannerDriver.all.map { try start($0) }
        try await wait { readers.allSatisfy { $0.0.state == .ready } && scanners.allSatisfy { $0.0.state == .ready } }

        var expected: Set<String> = []
        for (reader, far) in readers {
            let uid = Array(1...UInt8(far.uidSizes.filter { $0 <= 12 }.max() ?? 4))
            far.place(uid: uid)
            expected.insert("\(reader.id) \(hexadecimal(uid))")
        }
        for (scanner, far) in scanners {
            let driver = try #require(ScannerDriver(rawValue: scanner.id))
            let bytes = try driver.emulator.code(Array("code".utf8), WallTime(seconds: 0)).flatMap { $0 }
            let written = far.file.write(bytes.span)
            #expect(written == .written(bytes.count))
            expected.insert("\(scanner.id) code")
        }
        var found: Set<String> = []
        while found.count < expected.count { found.insert(try await reads.next()) }
        #expect(found == expected)
    }
}
