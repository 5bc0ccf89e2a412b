import Base
import Dispatch
import Foundation
import OperatingSystem
import ReaderDrivers
import TestSupport
import Testing

@testable import Hardware

@Suite("Connection to a device", .timeLimit(.minutes(5)))
struct DeviceConnectionTests {
    let folder = TemporaryFolder()

    /// Takes turns with whatever else the main queue has to do, and measures what is read between them.
    final class Turns {
        private(set) var most = 0
        private(set) var total = 0
        private var current = 0

        func read(_ count: Int) { current += count }

        func take(until limit: Int, then: @escaping @MainActor @Sendable () -> Void) {
            most = max(most, current)
            total += current
            current = 0
            guard total < limit else { return then() }
            DispatchQueue.main.async { MainActor.assumeIsolated { self.take(until: limit, then: then) } }
        }
    }

    @Test("between two turns of somebody else, at most a hundred cards of a reader that floods are read")
    func fairness() async throws {
        let terminal = try PseudoTerminal()
        let connection = DeviceConnection(
            name: "reader", path: terminal.path, kind: .serialPort(baud: 115_200), onState: { _ in }, onNotice: { _ in })
        let turns = Turns()
        connection.start { event, _ in
            if case .bytes(let bytes) = event { turns.read(bytes.count) }
            return nil
        }
        let flood = try Flood(terminal.controller.raw)
        let end = Inbox<Void>()
        turns.take(until: 1_000_000) { end.put(()) }
        try await end.next()
        // One turn by the port's own source, one by the timer that looks again. The shortest line with a card has nine bytes.
        #expect(turns.most <= 2 * 512)
        _ = consume flood
    }

    @Test("an owner that closes the device while it is told of it is told that it is closed, and then opened, in order")
    func closedWhileTold() async throws {
        let terminal = try PseudoTerminal()
        let connection = DeviceConnection(
            name: "reader", path: terminal.path, kind: .serialPort(baud: 115_200), onState: { _ in }, onNotice: { _ in })
        let events = Inbox<DeviceEvent>()
        connection.start { [weak connection] event, _ in
            events.put(event)
            if case .bytes = event { connection?.reopen(because: "enough") }
            return nil
        }
        let sent = terminal.controller.write([7].span)
        #expect(sent == .written(1))
        for expected in [.opened, .bytes([7]), .closed, .opened] as [DeviceEvent] {
            #expect(try await events.next() == expected)
        }
        #expect(connection.state == .recovering)
        #expect(connection.detail == "enough")
    }

    @Test("an owner's deadline comes once it has passed, also on a quiet line")
    func deadline() async throws {
        let terminal = try PseudoTerminal()
        let connection = DeviceConnection(
            name: "reader", path: terminal.path, kind: .serialPort(baud: 115_200), onState: { _ in }, onNotice: { _ in })
        let events = Inbox<DeviceEvent>()
        var deadlines = [Clocks.now().instant + .milliseconds(20), Clocks.now().instant + .milliseconds(40)]
        connection.start { event, now in
            if event == .timer { #expect(now.instant >= deadlines.removeFirst()) }
            events.put(event)
            return deadlines.first
        }
        for expected in [.opened, .timer, .timer] as [DeviceEvent] { #expect(try await events.next() == expected) }
    }
}
