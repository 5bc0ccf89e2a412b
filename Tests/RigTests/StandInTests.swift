import Base
import Foundation
import OperatingSystem
import ReaderDrivers
import ScannerDecoders
import TestSupport
import Testing

@testable import validator_rig

@MainActor
@Suite("Stand-ins", .timeLimit(.minutes(5)))
final class StandInTests {
    private let folder = TemporaryFolder()

    private func path(_ name: String) -> String { folder.path(name) }

    @Test("a write of 1 to a light's brightness is one flash of its colour, a write of 0 none")
    func lights() async throws {
        let lights = try LightBoard(folder: folder.path)
        let red = try AttributeFile(path("red/brightness"))
        try red.write([UInt8(ascii: "0")].span)
        try red.write([UInt8(ascii: "1")].span)
        #expect(await lights.next(within: .seconds(60))?.light == .red)
        #expect(await lights.next(within: .milliseconds(50)) == nil)
    }

    @Test("flashes that nobody waits for are kept in their order")
    func lightsInOrder() async throws {
        let lights = try LightBoard(folder: folder.path)
        let green = try AttributeFile(path("green/brightness"))
        let red = try AttributeFile(path("red/brightness"))
        try green.write([UInt8(ascii: "1")].span)
        #expect(await lights.next(within: .seconds(60))?.light == .green)
        try red.write([UInt8(ascii: "1")].span)
        #expect(await lights.next(within: .seconds(60))?.light == .red)
        #expect(lights.takeAll().isEmpty)
    }

    @Test("lights that follow each other at once are all seen, in whatever order their files are read")
    func shortLights() async throws {
        let lights = try LightBoard(folder: folder.path)
        let red = try AttributeFile(path("red/brightness"))
        for value in "10101".utf8 { try red.write([value].span) }
        for _ in 0..<3 { #expect(await lights.next(within: .seconds(60))?.light == .red) }
        #expect(await lights.next(within: .milliseconds(50)) == nil)
    }

    @Test("a light's file that an earlier run left gives way, a FIFO that somebody has open stays")
    func leftLight() async throws {
        try FileManager.default.createDirectory(atPath: path("green"), withIntermediateDirectories: false)
        try folder.write("green/brightness", "0")
        _ = try LightBoard(folder: folder.path)
        let green = try AttributeFile(path("green/brightness"))
        let lights = try LightBoard(folder: folder.path)
        try green.write([UInt8(ascii: "1")].span)
        #expect(await lights.next(within: .seconds(60))?.light == .green)
    }

    @Test("a scanner's FIFO holds what it typed")
    func scanner() async throws {
        let scanner = ScannerStandIn(path: path("scanner0"), model: .evdev)
        try scanner.plug()
        let reader = try FileDescriptor.open(path("scanner0"), O_RDONLY | O_NONBLOCK)
        try await scanner.type("A\n")
        guard case .bytes(let bytes) = reader.read(atMost: 4096) else { Issue.record("nothing typed"); return }
        #expect(bytes.count == 24 * 12)
        scanner.unplug()
        #expect(!FileManager.default.fileExists(atPath: path("scanner0")))
    }

    @Test("a HID-POS scanner's FIFO holds whole reports, of any bytes")
    func hidrawScanner() async throws {
        let scanner = ScannerStandIn(path: path("scanner0"), model: .hidraw)
        try scanner.plug()
        let reader = try FileDescriptor.open(path("scanner0"), O_RDONLY | O_NONBLOCK)
        try await scanner.scan([UInt8](repeating: 0xFF, count: 100))
        guard case .bytes(let bytes) = reader.read(atMost: 4096) else { Issue.record("nothing sent"); return }
        #expect(bytes.count == 2 * 64)
    }

    @Test("a serial scanner ends its code with a carriage return")
    func serialScanner() async throws {
        let scanner = ScannerStandIn(path: path("scanner0"), model: .serial)
        try scanner.plug()
        let port = try FileDescriptor.open(path("scanner0"), O_RDWR | O_NONBLOCK | O_NOCTTY)
        try await scanner.scan(Array("V123".utf8))
        #expect(try await received(from: port, until: { $0.last == 0x0D }) == Array("V123\r".utf8))
        scanner.unplug()
        #expect(!FileManager.default.fileExists(atPath: path("scanner0")))
    }

    @Test("a reader that talks by itself tells its card again and again, until it is taken away")
    func talkingReader() async throws {
        let reader = ReaderStandIn(path: path("reader0"), model: .asciiLine)
        try reader.plug()
        let port = try FileDescriptor.open(path("reader0"), O_RDWR | O_NONBLOCK | O_NOCTTY)
        reader.place([0x1F, 0x00, 0x64, 0x4B, 0xB6])
        #expect(reader.told != nil)
        let frame = Array("\u{2}1F00644BB686\u{3}".utf8)
        #expect(try await received(from: port, until: { $0.count == 3 * frame.count }) == frame + frame + frame)
        reader.removeCard()
    }

    @Test("a TWN4 tells its card when it is asked")
    func askedReader() async throws {
        let reader = ReaderStandIn(path: path("reader0"), model: .twn4)
        try reader.plug()
        reader.place([0x66, 0xCF, 0x4D, 0xC2])
        #expect(reader.told == nil)
        let port = try FileDescriptor.open(path("reader0"), O_RDWR | O_NONBLOCK | O_NOCTTY)
        _ = port.write(Array("050010\r".utf8).span)
        #expect(try await received(from: port, until: { $0.last == 0x0D }) == Array("000180200466CF4DC2\r".utf8))
        #expect(reader.told != nil)
    }

    /// What comes from a port until it is enough.
    private func received(from port: borrowing FileDescriptor, until isEnough: ([UInt8]) -> Bool) async throws -> [UInt8] {
        var received: [UInt8] = []
        let end = ContinuousClock.now + .seconds(60)
        while !isEnough(received), ContinuousClock.now < end {
            // One byte at a time, so as not to take more than enough.
            while !isEnough(received), case .bytes(let bytes) = port.read(atMost: 1) { received += bytes }
            try await Task.sleep(for: .milliseconds(5))
        }
        return received
    }

    @Test("a reader answers on the terminal that its name leads to, and knows when it told the card")
    func reader() async throws {
        let reader = ReaderStandIn(path: path("reader0"), model: .pn532)
        try reader.plug()
        reader.place([0x04, 0xA2, 0xB3, 0xC4])
        #expect(reader.told == nil)
        let port = try FileDescriptor.open(path("reader0"), O_RDWR | O_NONBLOCK | O_NOCTTY)
        // InListPassiveTarget, one target, 106 kbit/s type A (UM0701-02, section 7.3.5).
        _ = port.write([0x00, 0x00, 0xFF, 0x04, 0xFC, 0xD4, 0x4A, 0x01, 0x00, 0xE1, 0x00].span)
        let answer = try await received(from: port) { $0.firstRange(of: [0x04, 0xA2, 0xB3, 0xC4]) != nil }
        #expect(answer.firstRange(of: [0xD5, 0x4B, 0x01]) != nil)
        #expect(reader.told != nil)
        reader.unplug()
        // The far end closes only when Dispatch has let go of it.
        try await eventually("the far end is closed") { port.read(atMost: 16) == .ended }
    }

    @Test("a receiver reports as soon as it is plugged in, and again each second")
    func receiver() async throws {
        let receiver = ReceiverStandIn(path: path("gps0"))
        try receiver.plug()
        let port = try FileDescriptor.open(path("gps0"), O_RDWR | O_NONBLOCK | O_NOCTTY)
        func reports(_ bytes: [UInt8]) -> Int {
            String(decoding: bytes, as: UTF8.self).components(separatedBy: "$GPRMC").count - 1
        }
        #expect(reports(try await received(from: port) { reports($0) >= 2 }) >= 2)
    }
}
