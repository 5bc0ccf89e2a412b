import Foundation
import OperatingSystem
import TestSupport
import Testing

@testable import Hardware

@Suite("Port of a device", .timeLimit(.minutes(5)))
struct DevicePortTests {
    let folder = TemporaryFolder()

    func open(_ path: String, baud: Int = 115_200) throws(DeviceError) -> DevicePort {
        try DevicePort(path, .serialPort(baud: baud), onReadable: {}, onWritable: {})
    }

    @Test("a pseudo-terminal behind a link carries every byte value both ways, unchanged")
    func terminal() async throws {
        let terminal = try PseudoTerminal()
        let link = folder.path + "/reader0"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: terminal.path)
        let arrival = Inbox<Void>()
        var port = try DevicePort(link, .serialPort(baud: 115_200), onReadable: { arrival.put(()) }, onWritable: {})
        let everything = (0...255).map { UInt8($0) }
        #expect(terminal.controller.write(everything.span) == .written(256))
        var received: [UInt8] = []
        while received.count < 256 {
            try await arrival.next()
            if case .bytes(let bytes) = port.read(atMost: 100) { received += bytes }
        }
        #expect(received == everything)
        try port.write(everything)
        #expect(terminal.controller.read(atMost: 1000) == .bytes(everything))
    }

    @Test("a FIFO is read like a port, and outlives its writers")
    func fifo() throws {
        let path = folder.path + "/fifo"
        try #require(unsafe mkfifo(path, 0o600) == 0)
        let port = try open(path, baud: 9600)
        for round in 0..<3 as Range<UInt8> {
            let writer = try FileDescriptor.open(path, O_WRONLY | O_NONBLOCK)
            #expect(writer.write([round].span) == .written(1))
            _ = consume writer
            #expect(port.read(atMost: 10) == .bytes([round]))
            #expect(port.read(atMost: 10) == .wouldBlock)
        }
    }

    @Test("what the line does not take at once is sent when it does, in order")
    func flush() async throws {
        let path = folder.path + "/fifo"
        try #require(unsafe mkfifo(path, 0o600) == 0)
        let reader = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
        let room = Inbox<Void>()
        var port = try DevicePort(path, .serialPort(baud: 9600), onReadable: {}, onWritable: { room.put(()) })
        let sent = (0..<17 * 4096).map { UInt8(truncatingIfNeeded: $0 / 100) }
        for start in stride(from: 0, to: sent.count, by: 4096) { try port.write(Array(sent[start..<start + 4096])) }
        #expect(throws: SystemError(code: ENOBUFS, what: "write \(path)")) { try port.write([1]) }
        var received: [UInt8] = []
        while case .bytes(let bytes) = reader.read(atMost: 4096) { received += bytes }
        try await room.next()
        try port.flush()
        while case .bytes(let bytes) = reader.read(atMost: 4096) { received += bytes }
        #expect(received == sent)
    }

    @Test("a port that is not there, is something else, or is in use says what to do")
    func refusals() throws {
        let missing = folder.path + "/reader0"
        let port = DeviceKind.serialPort(baud: 115_200)
        #expect(throws: DeviceError.absent(path: missing)) { _ = try open(missing) }
        let file = folder.path + "/file"
        try Data().write(to: URL(fileURLWithPath: file))
        #expect(throws: DeviceError.unsuitable(path: file, port)) { _ = try open(file) }
        #expect(throws: DeviceError.unsuitable(path: folder.path, port)) { _ = try open(folder.path) }
        #expect(throws: DeviceError.unsuitable(path: "/dev/null", port)) { _ = try open("/dev/null") }

        let terminal = try PseudoTerminal()
        let first = try open(terminal.path)
        #expect(throws: DeviceError.busy(path: terminal.path)) { _ = try open(terminal.path) }
        _ = consume first
    }

    @Test("a speed that there is not is refused by name")
    func unsupportedBaud() throws {
        let terminal = try PseudoTerminal()
        let error = #expect(throws: DeviceError.self) { _ = try open(terminal.path, baud: 12345) }
        #expect(error == .unsupportedBaud(path: terminal.path, baud: 12345))
        #expect(error?.description == "\(terminal.path) cannot do 12345 baud; correct `baud`")
    }
}
