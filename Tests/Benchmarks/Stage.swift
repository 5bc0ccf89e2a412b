import Base
import Cryptography
import Fares
import Foundation
import Glibc
import OperatingSystem
import ReaderDrivers
import Storage
import ValidatorCore

/// A box for one measurement: the real daemon on stand-ins for its devices, with a list and a ticket key.
final class Stage {
    /// Where nobody listens.
    static let noPlatform = "http://127.0.0.1:9/nobody"
    /// Of the list that it starts with.
    static let version = "1"
    /// Uploads under way at once; while a backlog drains, `Limits.drainFactor` times as many, but for one.
    static let concurrency = 4

    let folder: String
    let terminal: PseudoTerminal
    /// The green light, as a FIFO: each value that is written arrives here.
    let light: FileDescriptor
    private let scanner: FileDescriptor
    private let platform: String
    private let reader: ReaderDriver
    private var process: Process?
    private static let key = KeyGroup.Key(id: 1, text: "a84a6ce9")

    init(
        folder: String, cards: Int, backlog: Backlog = Backlog(), platform: String = Stage.noPlatform,
        reader: ReaderDriver = .pn532
    ) throws {
        self.folder = folder
        self.platform = platform
        self.reader = reader
        for name in ["green", "red", "state"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        terminal = try PseudoTerminal()
        // By a name of its own: the kernel gives a terminal's number to somebody else when this is over.
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/reader", withDestinationPath: terminal.path)
        light = try Self.fifo("\(folder)/green/brightness")
        scanner = try Self.fifo("\(folder)/scanner")
        _ = FileManager.default.createFile(atPath: "\(folder)/red/brightness", contents: Data("0".utf8))
        let list = HeldList(version: Self.version, adopted: Clocks.now().system, cards: LookupBenchmark.list(count: cards))
        _ = try ListSnapshot.write(list, kind: .cards, folder: "\(folder)/state")
        var outbox = try Outbox(path: "\(folder)/state/outbox.db", limits: OutboxLimits(positions: 100_000))
        var state = BoxState()
        state.keys.adopt(KeyGroup(version: Self.version, keys: [Self.key]), at: nil)
        _ = try outbox.commit(backlog.taps, changes: backlog.positions, state: state)
        try configuration.write(toFile: "\(folder)/box.toml", atomically: true, encoding: .utf8)
    }

    private static func fifo(_ path: String) throws -> FileDescriptor {
        guard mkfifo(path, 0o600) == 0 else { throw SystemError.last("make the FIFO \(path)") }
        return try FileDescriptor.open(path, O_RDWR | O_NONBLOCK)
    }

    private var configuration: String {
        """
        [device]
        id = "BENCH"
        state_dir = "\(folder)/state"
        control_socket = "\(folder)/control.sock"
        [platform]
        base_url = "\(platform)"
        [outbox]
        concurrency = \(Self.concurrency)
        [gps]
        report_interval_s = 1
        [[reader]]
        device = "\(folder)/reader"
        protocol = "\(reader.rawValue)"
        repeat_interval_ms = 0
        one_tap_per_presentation = false
        [[scanner]]
        device = "\(folder)/scanner"
        [indicators]
        green_led = "\(folder)/green"
        red_led = "\(folder)/red"
        signal_ms = 10
        minimum_ms = 0
        alsa_device = ""
        [log]
        level = "warning"
        """
    }

    /// The process number.
    @discardableResult
    func start(daemon: String) throws -> Int32 {
        // As the unit starts it.
        let process = try Workplace.start(
            daemon, ["--config", "\(folder)/box.toml"], environment: ["GNUTLS_NO_IMPLICIT_INIT": "1"],
            errors: "\(folder)/daemon.log")
        self.process = process
        return process.processIdentifier
    }

    func stop() {
        process?.terminate()
        if let process { Workplace.wait(for: process) }
        process = nil
    }

    /// Types a good ticket into the scanner's FIFO, where the daemon finds it as soon as it is there.
    func scanTicket(nonce: UInt32) throws {
        let ticket = VT1Ticket(
            keyID: 1, kind: .singleRide, card: LookupBenchmark.card(7), validFrom: UInt32(Clocks.now().system.seconds) - 10,
            lifetimeSeconds: 600, nonce: nonce)
        guard let text = VT1Codec(authenticator: Libcrypto(), secret: []).text(of: ticket, key: Self.key) else {
            return
        }
        _ = scanner.write(Keystrokes.records(typing: text.lowercased()).span)
    }

    /// Waits until the green light is switched on.
    func waitForLight() throws {
        let begin = Clocks.now().instant
        while Clocks.now().instant - begin < .seconds(20) {
            var poll = pollfd(fd: light.raw, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&poll, 1, 1000)
            if case .bytes(let bytes) = light.read(atMost: 64), bytes.contains(UInt8(ascii: "1")) { return }
        }
        throw BenchmarkError("no green light in 20 s; see \(folder)/daemon.log")
    }

    func drainLight() {
        while case .bytes = light.read(atMost: 64) {}
    }
}
