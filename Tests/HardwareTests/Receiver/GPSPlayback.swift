import Dispatch
import FaultProxy
import Glibc
import Kernel
import OperatingSystem
import Testing
import ValidatorCore

import class Foundation.Process
import struct Foundation.URL

@testable import Hardware

/// A real gpsd whose receivers are recordings, played as fast as gpsd reads them.
final class GPSPlayback {
    private let terminals: [Terminal]
    private let process = Process()
    let port: Int
    private var connection: GPSConnection?

    private final class Terminal {
        let terminal: PseudoTerminal
        init() throws { terminal = try PseudoTerminal() }
    }

    init(receivers: Int) async throws {
        SignalSource.ignoreBrokenPipes()
        port = try Socket.listening().port
        terminals = try (0..<receivers).map { _ in try Terminal() }
        // gpsd drops its privileges before it opens the devices.
        for terminal in terminals { try #require(unsafe chmod(terminal.terminal.path, 0o666) == 0) }
        process.executableURL = URL(filePath: "/usr/sbin/gpsd")
        // It is not to hunt for a speed, nor to talk to the receiver.
        process.arguments = ["-N", "-n", "-b", "-s", "115200", "-S", String(port)] + terminals.map { $0.terminal.path }
        process.standardError = nil
        try process.run()
        try await connect()
        try await recognise()
    }

    isolated deinit { _ = Glibc.kill(process.processIdentifier, SIGKILL) }

    private func connect() async throws {
        while connection == nil {
            connection = try? GPSConnection(host: "127.0.0.1", port: port)
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// gpsd drops what comes while it opens a device. It has opened them all once it tells its version, its devices and what we
    /// asked for; what each of them is, it tells afterwards.
    private func recognise() async throws {
        var told = 0
        while told < 3 + terminals.count {
            for terminal in terminals where told >= 3 { try await write(GPSDaemon.line("GPTXT,01,01,02,hello"), to: terminal) }
            try await Task.sleep(for: .milliseconds(50))
            while true {
                guard let message = connection?.next(), case .other = message else { break }
                told += 1
            }
        }
    }

    /// What gpsd makes of it.
    func play(_ bytes: [UInt8], to receiver: Int) async throws -> [Fix] {
        try await write(bytes, to: terminals[receiver])
        try await Task.sleep(for: .milliseconds(15))
        var fixes: [Fix] = []
        while true {
            switch connection?.next() {
            case .report(let fix): fixes.append(fix)
            case .other: break
            case .drained, nil: return fixes
            case .closed:
                Issue.record("gpsd has gone")
                return fixes
            }
        }
    }

    /// Plays an epoch to the first receiver and waits for what gpsd makes of it, while nothing else happens on the loop.
    func playWithoutYielding(_ epoch: [UInt8]) throws -> Fix {
        let written = terminals[0].terminal.controller.write(epoch.span)
        guard case .written(let count) = written, count == epoch.count else {
            throw SystemError(code: EAGAIN, what: "write an epoch at once")
        }
        while true {
            if case .report(let fix) = connection?.next() {
                // gpsd tells one of those who listen after the other.
                usleep(50_000)
                return fix
            }
            usleep(1000)
        }
    }

    private func write(_ bytes: [UInt8], to terminal: Terminal) async throws {
        var rest = bytes
        while !rest.isEmpty {
            switch terminal.terminal.controller.write(rest.span) {
            case .written(let count): rest.removeFirst(count)
            case .wouldBlock: try await Task.sleep(for: .milliseconds(2))
            case .failed(let error): throw error
            }
        }
    }
}
