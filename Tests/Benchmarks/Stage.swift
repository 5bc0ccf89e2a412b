import Cryptography
import Foundation
import Glibc
import Hardware
import Kernel
import Storage
import ValidatorCore

/// A box for one measurement: the real daemon on stand-ins for its devices, with a list and a ticket key, and no platform.
final class Stage {
    let folder: String
    let terminal: PseudoTerminal
    /// The green light, as a FIFO: each value that is written arrives here.
    let light: FileDescriptor
    private let scanner: FileDescriptor
    private var process: Process?
    private static let key = KeyGroup.Key(id: 1, text: "a84a6ce9")

    init(folder: String, cards: Int) throws {
        self.folder = folder
        for name in ["green", "red", "state"] { try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true) }
        terminal = try PseudoTerminal()
        light = try Self.fifo("\(folder)/green/brightness")
        scanner = try Self.fifo("\(folder)/scanner")
        _ = FileManager.default.createFile(atPath: "\(folder)/red/brightness", contents: Data("0".utf8))
        let list = HeldList(version: "1", adopted: Clocks.now().system, cards: LookupBenchmark.list(count: cards))
        _ = try ListSnapshot.write(list, kind: .cards, folder: "\(folder)/state")
        var outbox = try Outbox(path: "\(folder)/state/outbox.db", limits: OutboxLimits(positions: 1000))
        var state = BoxState()
        state.keys.adopt(KeyGroup(version: "1", keys: [Self.key]), at: nil)
        _ = try outbox.commit([], state: state)
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
        base_url = "http://127.0.0.1:9/nobody"
        [[reader]]
        device = "\(terminal.path)"
        repeat_interval_ms = 0
        [[scanner]]
        device = "\(folder)/scanner"
        [indicators]
        green_led = "\(folder)/green"
        red_led = "\(folder)/red"
        signal_ms = 10
        alsa_device = ""
        [log]
        level = "warning"
        """
    }

    /// The process number.
    @discardableResult
    func start(daemon: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: daemon)
        process.arguments = ["--config", "\(folder)/box.toml"]
        _ = FileManager.default.createFile(atPath: "\(folder)/daemon.log", contents: nil)
        process.standardError = FileHandle(forWritingAtPath: "\(folder)/daemon.log")
        try process.run()
        self.process = process
        return process.processIdentifier
    }

    func stop() {
        process?.terminate()
        process?.waitUntilExit()
        process = nil
    }

    /// Types a good ticket into the scanner's FIFO, where the daemon finds it as soon as it is there.
    func scanTicket(nonce: UInt32) throws {
        let ticket = Ticket(
            keyID: 1, kind: .singleRide, card: LookupBenchmark.card(7), validFrom: UInt32(Clocks.now().system.seconds) - 10,
            lifetimeSeconds: 600, nonce: nonce)
        guard let text = VT1Codec(authenticator: LibcryptoAuthenticator(), secret: []).text(of: ticket, key: Self.key) else { return }
        _ = scanner.write(Keystrokes.records(typing: text.lowercased()).span)
    }

    /// Waits until the green light is switched on.
    func waitForLight() {
        while true {
            var poll = pollfd(fd: light.raw, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&poll, 1, 1000)
            if case .bytes(let bytes) = light.read(atMost: 64), bytes.contains(UInt8(ascii: "1")) { return }
        }
    }

    func drainLight() {
        while case .bytes = light.read(atMost: 64) {}
    }
}

/// What a keyboard-wedge scanner types: lower-case letters and digits, then Enter, as 64-bit `struct input_event` records.
enum Keystrokes {
    private static let codes: [Character: UInt16] = {
        var codes: [Character: UInt16] = [:]
        for (row, first) in [("1234567890", 2), ("qwertyuiop", 16), ("asdfghjkl", 30), ("zxcvbnm", 44)] as [(String, UInt16)] {
            for (offset, character) in row.enumerated() { codes[character] = first + UInt16(offset) }
        }
        return codes
    }()

    static func records(typing text: String) -> [UInt8] {
        (text.compactMap { codes[$0] } + [28]).flatMap { record(1, $0, 1) + record(1, $0, 0) + record(0, 0, 0) }
    }

    private static func record(_ type: UInt16, _ code: UInt16, _ value: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16)
        for field in [UInt64(type), UInt64(code)] { bytes += [UInt8(truncatingIfNeeded: field), UInt8(truncatingIfNeeded: field >> 8)] }
        return bytes + (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
