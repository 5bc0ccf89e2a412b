import Base
import Foundation
import TestSupport
import Testing

@testable import Hardware

@Suite("The ignition as an input device", .timeLimit(.minutes(5)))
struct IgnitionEventParserTests {
    /// One `struct input_event`.
    static func event(type: UInt8, code: UInt8, value: UInt8) -> [UInt8] {
        [UInt8](repeating: 0, count: 16) + [type, 0, code, 0, value, 0, 0, 0]
    }

    private static let report = event(type: 0, code: 0, value: 0)

    @Test("a switch is on and off")
    func levels() {
        var parser = IgnitionEventParser(.switch, code: 2)
        #expect(parser.take(Self.event(type: 5, code: 2, value: 1) + Self.report) == .level(true))
        #expect(parser.take(Self.event(type: 5, code: 2, value: 0) + Self.report) == .level(false))
    }

    @Test("of several events the last one counts, and others' events do not")
    func others() {
        var parser = IgnitionEventParser(.key, code: 30)
        #expect(parser.take(Self.event(type: 5, code: 30, value: 1) + Self.event(type: 1, code: 31, value: 1)) == nil)
        let flicker = Self.event(type: 1, code: 30, value: 0) + Self.event(type: 1, code: 30, value: 1)
        #expect(parser.take(flicker) == .level(true))
    }

    @Test("an event may come in pieces")
    func pieces() {
        var parser = IgnitionEventParser(.switch, code: 0)
        let event = Self.event(type: 5, code: 0, value: 1)
        for byte in event.dropLast() { #expect(parser.take([byte]) == nil) }
        #expect(parser.take(event.suffix(1)) == .level(true))
    }

    @Test("after events were lost the state has to be asked for")
    func dropped() {
        var parser = IgnitionEventParser(.switch, code: 0)
        #expect(parser.take(Self.event(type: 5, code: 0, value: 1) + Self.event(type: 0, code: 3, value: 0)) == .unknown)
    }

    @Test("each change of a FIFO's level is told once")
    @MainActor func fifo() async throws {
        let folder = TemporaryFolder()
        let path = folder.path("ignition")
        try #require(unsafe mkfifo(path, 0o600) == 0)
        var levels: [Bool] = []
        let input = IgnitionInput(
            .input(path: path, .switch, code: 1), onChange: { levels.append($0) }, onNotice: { _ in })
        input.start()
        let writer = unsafe open(path, O_WRONLY | O_NONBLOCK)
        try #require(writer >= 0)
        defer { close(writer) }
        for value in [1, 1, 0, 1] as [UInt8] {
            let bytes = Self.event(type: 5, code: 1, value: value)
            #expect(unsafe write(writer, bytes, bytes.count) == bytes.count)
            try await eventually("the level is told") { levels.last == (value == 1) }
        }
        #expect(levels == [true, false, true])
    }

    @Test("a GPIO chip that is not there is told once and tried again")
    @MainActor func noChip() async throws {
        var notices: [Notice] = []
        let input = IgnitionInput(
            .gpio(chip: "/dev/gpiochip-none", line: 3, isActiveLow: false), onChange: { _ in }, onNotice: { notices.append($0) })
        input.start()
        #expect(notices.map(\.level) == [.warning])
        #expect(notices.first?.text.contains("line 3 of /dev/gpiochip-none: No such file or directory") == true)
    }
}
