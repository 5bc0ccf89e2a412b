import Base
import Fares
import Glibc
import Hardware
import OperatingSystem
import ReaderEmulators

/// Cards in quick succession on a stage's reader, which tells them by itself, as lines of text: two of them at a time wait for
/// the green light.
struct Crowd {
    private static let patience = Duration.seconds(30)
    private static let waiting = 2

    /// Of cards on every stage's list, without the one of zeros alone.
    private static let uids: [[UInt8]] = (1...20_000).map { number in
        let digits = LookupBenchmark.card(UInt64(number)).digits.compactMap(hexadecimalValue)
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    private let stage: Stage
    private var emulator = ASCIILineEmulator()
    private(set) var presented = 0
    private(set) var answered = 0

    init(on stage: Stage) { self.stage = stage }

    /// Goes on until `taps` have been answered since the beginning.
    mutating func tap(until taps: Int) throws {
        var latest = Clocks.now().instant
        while answered < taps {
            while presented < min(taps, answered + Self.waiting) {
                _ = stage.terminal.controller.write(emulator.place(uid: Self.uids[presented % Self.uids.count]).span)
                presented += 1
            }
            var poll = pollfd(fd: stage.light.raw, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&poll, 1, 1000)
            if case .bytes(let values) = stage.light.read(atMost: 1024) {
                let lit = values.count { $0 == UInt8(ascii: "1") }
                answered += lit
                if lit > 0 { latest = Clocks.now().instant }
            }
            guard Clocks.now().instant - latest < Self.patience else {
                throw BenchmarkError("no green light in \(Self.patience.wholeSeconds) s; see \(stage.folder)/daemon.log")
            }
        }
    }
}
