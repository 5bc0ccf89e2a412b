import Base
import Foundation
import Glibc
import OperatingSystem

/// Read events to many subscribers of one process, one of whom never reads, against a loop that writes the same bytes to as many
/// sockets. Server, subscribers and probe share the machine.
struct FanOutBenchmark {
    private static let subscribers = 1000
    private static let rounds = 3
    /// The first second finds caches cold and connections new.
    private static let warmUp = Duration.seconds(1)
    private static let roundTime = Duration.seconds(9)

    private struct Round {
        var delays: Samples
        var stuckIsClosed = false
        var memoryPerConnection = 0
    }

    func run() throws -> [Measurement] {
        try raiseDescriptorLimit()
        var (subjects, probes): ([Round], [Round]) = ([], [])
        for _ in 0..<Self.rounds {
            probes.append(try probe())
            subjects.append(try subject())
        }
        let p99 = median(subjects.map { $0.delays.percentile(0.99) / 1000 })
        let probe99 = median(probes.map { $0.delays.percentile(0.99) / 1000 })
        let what = "\(Self.subscribers) subscribers x 100 events/s, one stuck"
        let delivered = subjects.map(\.delays.nanoseconds.count).reduce(0, +)
        let expected = Self.rounds * Self.subscribers * Int((Self.roundTime - Self.warmUp).wholeMilliseconds) / 10
        let memory = subjects.map { Double($0.memoryPerConnection) }
        return [
            Measurement(
                name: "\(what): p99, ms", measured: "\(p99.short) ms", probe: "\(probe99.short) ms", figure: p99,
                goal: .atMost(50)),
            Measurement(
                name: "\(what): median of p99 against the probe's",
                measured: subjects.map { ($0.delays.percentile(0.5) / 1000).short }.joined(separator: ", ") + " ms p50",
                probe: probes.map { ($0.delays.percentile(0.5) / 1000).short }.joined(separator: ", ") + " ms p50",
                figure: p99 / probe99, goal: .none),
            Measurement(
                name: "\(what): events delivered of those published", measured: "\(delivered)", probe: "\(expected)",
                figure: Double(delivered) / Double(expected), goal: .atLeast(0.98)),
            Measurement(
                name: "\(what): rounds in which the stuck one was closed",
                measured: "\(subjects.filter(\.stuckIsClosed).count)", probe: "\(Self.rounds)",
                figure: Double(subjects.filter(\.stuckIsClosed).count) / Double(Self.rounds), goal: .atLeast(1)),
            Measurement(
                name: "an idle connection, subscribed: bytes of the server's memory", measured: "\(Int(median(memory))) B",
                probe: "-", figure: median(memory), goal: .atMost(16384)),
        ]
    }

    private func subject() throws -> Round {
        let server = try Server(["--fan-out-server"])
        defer { server.stop() }
        let memory = Memory(of: server.process)
        let stuck = try FanOutSocket.connect(port: server.port, receiveBuffer: 4096)
        defer { close(stuck) }
        try FanOutClients.upgrade(stuck)
        let clients = FanOutClients()
        // The first ones take what the program's start has left free; what the others take is theirs.
        try clients.connect(Self.subscribers / 2, port: server.port, speaksWebSocket: true)
        try clients.run(for: .milliseconds(500))
        let before = memory.anonymous
        try clients.connect(Self.subscribers / 2, port: server.port, speaksWebSocket: true)
        try clients.run(for: .milliseconds(500))
        let perConnection = (memory.anonymous - before) / (Self.subscribers / 2)
        try FanOutClients.subscribe(stuck, to: [])
        server.begin()
        try clients.run(for: Self.roundTime, from: Self.warmUp)
        return Round(delays: clients.delays, stuckIsClosed: isClosed(stuck), memoryPerConnection: perConnection)
    }

    private func probe() throws -> Round {
        let server = try Server(["--fan-out-probe", "\(Self.subscribers)"])
        defer { server.stop() }
        let clients = FanOutClients()
        try clients.connect(Self.subscribers, port: server.port, speaksWebSocket: false)
        server.begin()
        try clients.run(for: Self.roundTime, from: Self.warmUp)
        return Round(delays: clients.delays)
    }

    /// Reads what lies there; true when the end comes behind it.
    private func isClosed(_ socket: Int32) -> Bool {
        _ = fcntl(socket, F_SETFL, O_NONBLOCK)
        var buffer = [UInt8](repeating: 0, count: 65536)
        let begin = Clocks.now().instant
        while Clocks.now().instant - begin < .seconds(1) {
            let size = read(socket, &buffer, buffer.count)
            if size == 0 || size < 0 && errno != EAGAIN { return true }
            if size < 0 { usleep(10_000) }
        }
        return false
    }

    /// For the server too, which inherits it.
    private func raiseDescriptorLimit() throws {
        var limit = rlimit()
        let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(descriptors, &limit) == 0 else { throw SystemError.last("ask for a limit") }
        limit.rlim_cur = min(limit.rlim_max, 4096)
        guard limit.rlim_cur >= 2048, setrlimit(descriptors, &limit) == 0 else {
            throw BenchmarkError("fan-out needs 2048 descriptors; raise the hard limit (ulimit -Hn)")
        }
    }
}

extension FanOutBenchmark {
    /// This program again, in one of its two other roles.
    private final class Server {
        let port: UInt16
        private let program: Process
        private let input = Pipe()

        init(_ arguments: [String]) throws {
            let output = Pipe()
            program = try Workplace.start("/proc/self/exe", arguments, input: input, output: output)
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            guard let port = UInt16(line.prefix { $0.isNumber }) else { throw BenchmarkError("no port: \(line)") }
            self.port = port
        }

        var process: Int32 { program.processIdentifier }

        func begin() { input.fileHandleForWriting.write(Data([1])) }

        func stop() {
            program.terminate()
            Workplace.wait(for: program)
        }
    }
}
