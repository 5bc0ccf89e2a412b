import Foundation
import Kernel
import Testing
import ValidatorCore

@testable import validator_rig

@MainActor
@Suite("Stand-ins", .timeLimit(.minutes(1)))
final class StandInTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "rig-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    @Test("a write of 1 to a light's brightness is one flash of its colour, a write of 0 none")
    func lights() async throws {
        let lights = try LightBoard(folder: folder.path)
        let red = try AttributeFile(path("red/brightness"))
        try red.write([UInt8(ascii: "0")].span)
        try red.write([UInt8(ascii: "1")].span)
        #expect(await lights.next(within: .seconds(10))?.light == .red)
        #expect(await lights.next(within: .milliseconds(50)) == nil)
    }

    @Test("flashes that nobody waits for are kept in their order")
    func lightsInOrder() async throws {
        let lights = try LightBoard(folder: folder.path)
        let green = try AttributeFile(path("green/brightness"))
        let red = try AttributeFile(path("red/brightness"))
        try green.write([UInt8(ascii: "1")].span)
        #expect(await lights.next(within: .seconds(10))?.light == .green)
        try red.write([UInt8(ascii: "1")].span)
        #expect(await lights.next(within: .seconds(10))?.light == .red)
        #expect(lights.takeAll().isEmpty)
    }

    @Test("a scanner's FIFO holds what it typed")
    func scanner() async throws {
        let scanner = ScannerStandIn(path: path("scanner0"))
        try scanner.plug()
        let reader = try FileDescriptor.open(path("scanner0"), O_RDONLY | O_NONBLOCK)
        try await scanner.type("A\n")
        guard case .bytes(let bytes) = reader.read(atMost: 4096) else { Issue.record("nothing typed"); return }
        #expect(bytes.count == 24 * 12)
        scanner.unplug()
        #expect(!FileManager.default.fileExists(atPath: path("scanner0")))
    }

    @Test("a reader answers on the terminal that its name leads to, and knows when it told the card")
    func reader() async throws {
        let reader = ReaderStandIn(path: path("reader0"))
        try reader.plug()
        reader.place([0x04, 0xA2, 0xB3, 0xC4])
        #expect(reader.told == nil)
        let port = try FileDescriptor.open(path("reader0"), O_RDWR | O_NONBLOCK | O_NOCTTY)
        // InListPassiveTarget, one target, 106 kbit/s type A (UM0701-02, section 7.3.5).
        _ = port.write([0x00, 0x00, 0xFF, 0x04, 0xFC, 0xD4, 0x4A, 0x01, 0x00, 0xE1, 0x00].span)
        var answer: [UInt8] = []
        for _ in 0..<2000 where answer.firstRange(of: [0x04, 0xA2, 0xB3, 0xC4]) == nil {
            if case .bytes(let bytes) = port.read(atMost: 4096) { answer += bytes }
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(answer.firstRange(of: [0xD5, 0x4B, 0x01]) != nil)
        #expect(reader.told != nil)
        reader.unplug()
        // The far end closes only when Dispatch has let go of it.
        for _ in 0..<2000 where port.read(atMost: 16) == .wouldBlock { try await Task.sleep(for: .milliseconds(5)) }
        #expect(port.read(atMost: 16) == .ended)
    }

    @Test("a receiver reports as soon as it is plugged in, and again each second")
    func receiver() async throws {
        let receiver = ReceiverStandIn(path: path("gps0"))
        try receiver.plug()
        let port = try FileDescriptor.open(path("gps0"), O_RDWR | O_NONBLOCK | O_NOCTTY)
        var text = ""
        for _ in 0..<2000 where text.components(separatedBy: "$GPRMC").count < 3 {
            if case .bytes(let bytes) = port.read(atMost: 4096) { text += String(decoding: bytes, as: UTF8.self) }
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(text.components(separatedBy: "$GPRMC").count >= 3)
    }
}
