import Base
import Glibc
import OperatingSystem

/// The proxy's thread: waits until a byte can move, and moves it.
struct ProxyLoop {
    private let shared: FaultProxy.SharedState
    private let platform: Int
    private var random: SeededGenerator
    private var connections: [ProxyConnection] = []
    private var isAdmitting = true

    init(_ shared: FaultProxy.SharedState, platform: Int, seed: UInt64) {
        self.shared = shared
        self.platform = platform
        random = SeededGenerator(seed: seed)
    }

    mutating func run() {
        while true {
            wait()
            guard let faults = shared.faults.withLock({ $0 }) else { break }
            admit(faults)
            var survivors: [ProxyConnection] = []
            for connection in connections where connection.pass(faults, using: &random) { survivors.append(connection) }
            connections = survivors
        }
        for connection in connections { connection.reset() }
    }

    private func wait() {
        var polls = [pollfd(fd: shared.bell.raw, events: Int16(POLLIN), revents: 0)]
        if isAdmitting { polls.append(pollfd(fd: shared.listener.raw, events: Int16(POLLIN), revents: 0)) }
        let now = Clocks.now().instant
        for connection in connections { polls += connection.polls(at: now) }
        let due = connections.compactMap { $0.nextDue(after: now) }.min()
        let timeout = due.map { Int32(clamping: ($0 - now).wholeMilliseconds + 1) } ?? -1
        _ = unsafe poll(&polls, nfds_t(polls.count), timeout)
        _ = shared.bell.read(atMost: 256)
    }

    private mutating func admit(_ faults: LinkFaults) {
        if case .refuse = faults.admission {
            if isAdmitting { shared.listener.refuse() }
            isAdmitting = false
            return
        }
        if !isAdmitting { isAdmitting = (try? shared.listener.admit()) != nil }
        while let box = shared.listener.accept() {
            if let connection = ProxyConnection(box, platform: platform, faults) { connections.append(connection) }
        }
    }
}
