import Base
import Glibc
import OperatingSystem
import ReaderEmulators
import ScannerDecoders
import TestSupport
import Testing

import class Foundation.FileManager

@testable import Hardware

@Suite("Scanner on a device file", .timeLimit(.minutes(5)))
final class ScannerTests {
    /// What a scanner in keyboard mode sends; a line feed is Enter.
    static func typed(_ text: String) throws -> [UInt8] {
        try WedgeKeyboard.keystrokes(text, at: WallTime(seconds: 0)).flatMap { $0 }
    }

    /// The kernel's word that it has lost events, and the report that it ends.
    static let lost =
        IgnitionEventParserTests.event(type: 0, code: 3, value: 0)
        + IgnitionEventParserTests.event(type: 0, code: 0, value: 0)

    let folder = TemporaryFolder()
    var device: String { folder.path("scanner0") }
    let scans = Inbox<String>()
    let states = Inbox<DeviceState>()
    var notices: [Notice] = []

    func start(_ protocol: ScannerDriver = .evdev) -> Scanner {
        var settings = ScannerSettings()
        settings.interKey = .seconds(60)
        let scanner = Scanner(
            id: "c224", device: device, protocol: `protocol`, settings: settings,
            onScan: { [scans] payload, _ in scans.put(String(decoding: payload, as: UTF8.self)) },
            onState: { [states] in states.put($0) },
            onNotice: { [weak self] in self?.notices.append($0) })
        scanner.start()
        return scanner
    }

    @Test("a code of which the loop reads the rest late, since it was held up, is whole", arguments: ScannerDriver.allCases)
    func heldUp(protocol: ScannerDriver) async throws {
        try makeFIFO()
        let emulator = `protocol`.emulator
        func sent(_ code: String) throws -> [UInt8] { try emulator.code(Array(code.utf8), WallTime(seconds: 0)).flatMap { $0 } }
        let (first, second) = (try sent("first"), try sent("second"))
        let half = second.count / 2
        var settings = ScannerSettings()
        settings.interKey = .milliseconds(10)
        let scanner = Scanner(
            id: "c224", device: device, protocol: `protocol`, settings: settings,
            onScan: { [weak self, scans] payload, _ in
                scans.put(String(decoding: payload, as: UTF8.self))
                guard payload == Array("first".utf8) else { return }
                // What follows happens in the turn in which the head was read.
                #expect(throws: Never.self) { try self?.write(Array(second[half...])) }
                usleep(20_000)
            }, onState: { _ in }, onNotice: { _ in })
        scanner.start()
        try write(first + second[..<half])
        #expect(try await scans.next() == "first")
        #expect(try await scans.next() == "second")
        #expect(scanner.dropped == 0)
    }

    func makeFIFO(_ name: String = "scanner0") throws {
        try #require(unsafe mkfifo(folder.path(name), 0o600) == 0)
    }

    func write(_ bytes: [UInt8], to name: String = "scanner0") throws {
        let writer = try FileDescriptor.open(folder.path(name), O_WRONLY | O_NONBLOCK)
        let written = writer.write(bytes.span)
        #expect(written == .written(bytes.count))
    }

    /// In HID-POS mode.
    static func report(_ code: String) -> [UInt8] {
        let head = [2, UInt8(code.utf8.count), 0, 0, 0] + Array(code.utf8)
        return head + [UInt8](repeating: 0, count: 64 - head.count)
    }

    @Test("scans come through a FIFO whose writers come and go")
    func writersComeAndGo() async throws {
        try makeFIFO()
        let scanner = start()
        #expect(scanner.state == .ready)
        try write(Self.typed("First1\n"))
        #expect(try await scans.next() == "First1")
        try write(Self.typed("Second2\n"))
        #expect(try await scans.next() == "Second2")
        #expect(scanner.reads == 2)
        #expect(scanner.dropped == 0)
        #expect(scanner.lastSeen != nil)
    }

    @Test("a file that cannot be grabbed is a warning, not a failure")
    func grab() async throws {
        try makeFIFO()
        let scanner = start()
        #expect(notices.map(\.level) == [.warning, .info])
        #expect(notices.first?.text.contains("shared with other programs") == true)
        #expect(scanner.state == .ready)
    }

    @Test("a scanner that is plugged in later is used at once, through a link too")
    func appearsLater() async throws {
        let scanner = start()
        #expect(scanner.state == .absent)
        #expect(scanner.detail == "\(device) is not there; plug the device in, or correct `device`")
        #expect(notices.map(\.text) == ["scanner c224: \(scanner.detail); reopening in 250 ms"])
        try makeFIFO("event7")
        try FileManager.default.createSymbolicLink(atPath: device, withDestinationPath: "event7")
        #expect(try await states.next() == .ready)
        try write(Self.typed("x\n"), to: "event7")
        #expect(try await scans.next() == "x")
        _ = scanner
    }

    @Test("a device that hangs up in the middle of a scan is opened again, and the half scan is forgotten")
    func hangUp() async throws {
        let terminal = try PseudoTerminal()
        try FileManager.default.createSymbolicLink(atPath: device, withDestinationPath: terminal.path)
        let scanner = start()
        #expect(try await states.next() == .ready)
        let keys = try Self.typed("whole\n") + Self.typed("half")
        let written = terminal.controller.write(keys.span)
        #expect(written == .written(keys.count))
        #expect(try await scans.next() == "whole")
        // The link first, as udev does: another terminal may get the same number at once.
        try FileManager.default.removeItem(atPath: device)
        _ = consume terminal
        #expect(try await states.next() == .absent)

        try makeFIFO()
        #expect(try await states.next() == .ready)
        try write(Self.typed("new\n"))
        #expect(try await scans.next() == "new")
        #expect(scanner.reads == 2)
    }

    @Test("another file that takes the device's name takes its place")
    func replaced() async throws {
        try makeFIFO()
        let scanner = start()
        try makeFIFO("replacement")
        try FileManager.default.removeItem(atPath: device)
        try FileManager.default.moveItem(atPath: folder.path("replacement"), toPath: device)
        // A writer is refused until the scanner has the new FIFO open.
        try await wait { (try? FileDescriptor.open(self.device, O_WRONLY | O_NONBLOCK)) != nil }
        try write(Self.typed("x\n"))
        #expect(try await scans.next() == "x")
        #expect(scanner.state == .ready)
    }

    @Test("a file of another kind is refused with what to do")
    func ordinaryFile() throws {
        _ = try FileDescriptor.open(device, O_WRONLY | O_CREAT)
        let scanner = start()
        #expect(scanner.state == .absent)
        #expect(notices.first?.text.contains("neither a device nor a FIFO; correct `device`") == true)
    }

    @Test("a flood of more than one turn's bytes loses nothing")
    func flood() async throws {
        try makeFIFO()
        let scanner = start()
        // A FIFO takes 64 KiB at once, more than one turn does: fill it again and again before the scanner has its turn.
        let scan = try Self.typed("aaaaaaaaa\n")
        let writer = try FileDescriptor.open(device, O_WRONLY | O_NONBLOCK)
        for _ in 0..<300 {
            try await wait { writer.write(scan.span) != .wouldBlock }
        }
        for _ in 0..<300 { #expect(try await scans.next() == "aaaaaaaaa") }
        #expect(scanner.reads == 300)
    }

    @Test("what is thrown away is counted and told")
    func dropped() async throws {
        try makeFIFO()
        let scanner = start()
        try write(Self.typed("ab") + Self.lost + Self.typed("c\n"))
        #expect(try await scans.next() == "c")
        #expect(scanner.dropped == 1)
        #expect(notices.last?.text == "scanner c224: dropped 2 characters, since the kernel lost key events; scan again")
    }

    @Test("the reports of a HID-POS scanner are read from a FIFO too")
    func hidraw() async throws {
        try makeFIFO()
        let scanner = start(.hidraw)
        try write(Self.report("Hello"))
        #expect(try await scans.next() == "Hello")
        #expect(notices.map(\.level) == [.info])
        _ = scanner
    }

    @Test("a serial scanner's codes end at its terminator")
    func serial() async throws {
        let terminal = try PseudoTerminal()
        try FileManager.default.createSymbolicLink(atPath: device, withDestinationPath: terminal.path)
        let scanner = start(.serial)
        let sent = terminal.controller.write(Array("one\rtwo\r\nthr".utf8).span)
        #expect(sent == .written(12))
        #expect(try await scans.next() == "one")
        #expect(try await scans.next() == "two")
        _ = terminal.controller.write(Array("ee\r".utf8).span)
        #expect(try await scans.next() == "three")
        #expect(scanner.reads == 3)
    }

    @Test("a serial scanner without a terminator ends its codes by a pause")
    func pause() async throws {
        try makeFIFO()
        var settings = ScannerSettings()
        settings.terminator = []
        settings.interKey = .milliseconds(50)
        let scanner = Scanner(
            id: "c224", device: device, protocol: .serial, settings: settings,
            onScan: { [scans] payload, _ in scans.put(String(decoding: payload, as: UTF8.self)) }, onState: { _ in },
            onNotice: { _ in })
        scanner.start()
        try write(Array("code".utf8))
        #expect(try await scans.next() == "code")
    }
}
