import Base
import ReaderEmulators
import ScannerDecoders
import TestSupport
import Testing

@Suite("What scanners' stand-ins send, as a box reads it")
struct ScannerEmulatorTests {
    /// The scans that a box has of a code.
    private func scans(_ code: [UInt8], by driver: ScannerDriver) throws -> [ScannerOutput] {
        var decoder = driver.makeDecoder(ScannerSettings())
        decoder.opened(reportDescriptor: nil)
        let now = Instant(nanoseconds: 1_000_000_000)
        return try driver.emulator.code(code, WallTime(seconds: 1_700_000_000)).flatMap { decoder.decode($0, now: now) }
    }

    @Test("a code of the transport ministry's lengths comes as HID-POS reports to its last byte, whatever its bytes are")
    func binary() throws {
        var random = SeededGenerator(seed: 12)
        for count in 332...364 {
            let code = [0x81] + (1..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(try scans(code, by: .hidraw) == [.scan(code)])
        }
        // What scanners put behind a text is part of such a code.
        for end: [UInt8] in [[0x0D], [0x0A], [0x0D, 0x0A], [0x03], [0x00], [0xFF]] {
            let code = [UInt8](repeating: 0x81, count: 332 - end.count) + end
            #expect(try scans(code, by: .hidraw) == [.scan(code)])
        }
    }

    @Test("the same as one text of base64 comes from each kind of scanner", arguments: ScannerDriver.all)
    func text(driver: ScannerDriver) throws {
        let text = Array(base64((0..<364).map { UInt8(truncatingIfNeeded: 129 + 5 * $0) }).utf8)
        #expect(try scans(text, by: driver) == [.scan(text)])
    }
}
