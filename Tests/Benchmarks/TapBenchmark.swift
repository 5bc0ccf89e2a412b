import CLinux
import Foundation
import Glibc
import Hardware
import Kernel
import ValidatorCore

/// From the last byte of a UID on the reader's line to the light: the whole daemon, against a thread that only waits on an epoll,
/// appends 4 KiB, syncs and writes to a FIFO, turn about.
struct TapBenchmark {
    private static let taps = 2000
    private static let cards = 100_000

    /// Of cards on the list. ISO/IEC 14443-3 keeps 88 as a first byte for the cascade tag.
    private static let uids: [[UInt8]] = (0..<UInt64(cards)).lazy.map { index in
        let digits = LookupBenchmark.card(index).digits.compactMap(hexadecimalValue)
        return stride(from: 0, to: 8, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }.filter { $0[0] != 0x88 }.prefix(taps + 20).map { $0 }

    let folder: String
    let daemon: String

    func run() throws -> [Measurement] {
        let stage = try Stage(folder: "\(folder)/tap", cards: Self.cards)
        let probe = try WakeProbe(folder: folder)
        try stage.start(daemon: daemon)
        defer { stage.stop() }
        var emulator = PN532Emulator()
        var taps = Samples()
        var probes = Samples()
        // The first taps warm caches and the log.
        for number in 0..<Self.taps + 20 {
            let tap = tap(number, on: stage, &emulator)
            let wake = probe.measure()
            guard number >= 20 else { continue }
            taps.add(tap)
            probes.add(wake)
        }
        return [(0.5, "p50", Measurement.Goal.atMost(2.0)), (0.99, "p99", .none), (1, "max", .none)].map { quantile, name, goal in
            let tap = taps.percentile(quantile)
            let wake = probes.percentile(quantile)
            return Measurement(
                name: "last UID byte to light, \(name): against wake-up and sync", measured: "\(tap.short) us",
                probe: "\(wake.short) us", figure: tap / wake, goal: goal)
        }
    }

    /// Puts another card on the reader and plays the chip's part until the light is on.
    private func tap(_ number: Int, on stage: borrowing Stage, _ emulator: inout PN532Emulator) -> Duration {
        let uid = Self.uids[number]
        stage.drainLight()
        var sent: Instant?
        send(emulator.place(uid: uid), uid, to: stage, &sent)
        while true {
            var polls = [
                pollfd(fd: stage.terminal.controller.raw, events: Int16(POLLIN), revents: 0),
                pollfd(fd: stage.light.raw, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&polls, 2, 1000)
            if let sent, case .bytes(let values) = stage.light.read(atMost: 64), values.contains(UInt8(ascii: "1")) {
                return Clocks.now().instant - sent
            }
            if case .bytes(let bytes) = stage.terminal.controller.read(atMost: 1024) {
                send(emulator.receive(bytes), uid, to: stage, &sent)
            }
        }
    }

    private func send(_ bytes: [UInt8], _ uid: [UInt8], to stage: borrowing Stage, _ sent: inout Instant?) {
        guard !bytes.isEmpty else { return }
        _ = stage.terminal.controller.write(bytes.span)
        let holdsCard = bytes.count >= uid.count && (0...bytes.count - uid.count).contains { bytes[$0...].starts(with: uid) }
        if sent == nil, holdsCard { sent = Clocks.now().instant }
    }
}

/// The least that a durable answer to a byte on a line can cost here.
final class WakeProbe: Sendable {
    private let terminal: PseudoTerminal
    private let device: FileDescriptor
    private let file: FileDescriptor
    private let reply: FileDescriptor

    init(folder: String) throws {
        terminal = try PseudoTerminal()
        device = try FileDescriptor.open(terminal.path, O_RDWR | O_NONBLOCK | O_NOCTTY)
        file = try FileDescriptor.open("\(folder)/wake-probe", O_WRONLY | O_CREAT | O_APPEND)
        let path = "\(folder)/wake-reply"
        guard mkfifo(path, 0o600) == 0 else { throw SystemError.last("make the FIFO \(path)") }
        reply = try FileDescriptor.open(path, O_RDWR | O_NONBLOCK)
        Thread.detachNewThread { [self] in serve() }
    }

    private func serve() {
        let epoll = clinux_epoll_create()
        _ = clinux_epoll_add(epoll, device.raw, UInt32(clinux_epoll_in), 1)
        let block = [UInt8](repeating: 0x55, count: 4096)
        var events = [clinux_epoll_event](repeating: clinux_epoll_event(), count: Int(clinux_epoll_batch))
        while true {
            var poll = pollfd(fd: epoll, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&poll, 1, -1)
            guard clinux_epoll_poll(epoll, &events) > 0, case .bytes = device.read(atMost: 64) else { continue }
            _ = file.write(block.span)
            fdatasync(file.raw)
            _ = reply.write([1].span)
        }
    }

    func measure() -> Duration {
        let start = Clocks.now().instant
        _ = terminal.controller.write([1].span)
        while true {
            var poll = pollfd(fd: reply.raw, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&poll, 1, 1000)
            if case .bytes = reply.read(atMost: 8) { return Clocks.now().instant - start }
        }
    }
}
