import Base
import Glibc
import OperatingSystem

/// One box's connection, and the one to the platform that stands behind it.
final class ProxyConnection {
    private let box: Socket
    private let platform: Socket?
    private var requests = ByteQueue()
    private var replies = ByteQueue()
    /// It lost a byte: no other will ever pass.
    private var isSilent = false
    private var isAsking = false
    private var losesReply = false

    /// Nil when the platform does not listen: the box is reset.
    init?(_ box: Socket, platform port: Int, _ faults: LinkFaults) {
        do {
            try box.setNonblocking()
            if case .forward = faults.admission {
                let platform = try Socket.connected(to: port)
                try platform.setNonblocking()
                self.platform = platform
            } else {
                platform = nil
            }
        } catch {
            box.resetWhenClosed()
            return nil
        }
        self.box = box
    }

    func reset() {
        box.resetWhenClosed()
        platform?.resetWhenClosed()
    }

    // MARK: What to wait for

    func polls(at now: Instant) -> [pollfd] {
        guard !isSilent else { return [pollfd(fd: box.raw, events: Int16(POLLIN), revents: 0)] }
        var polls = [poll(box.raw, reading: requests, writing: replies, at: now)]
        if let raw = platform?.raw { polls.append(poll(raw, reading: replies, writing: requests, at: now)) }
        return polls
    }

    /// When a byte that waits may leave; nil when none waits for that.
    func nextDue(after now: Instant) -> Instant? {
        isSilent ? nil : [requests.due, replies.due].compactMap { $0 }.filter { $0 > now }.min()
    }

    private func poll(
        _ raw: Int32, reading incoming: borrowing ByteQueue, writing outgoing: borrowing ByteQueue, at now: Instant
    ) -> pollfd {
        let writes = outgoing.due.map { $0 <= now } ?? false
        return pollfd(fd: raw, events: Int16((incoming.hasRoom ? POLLIN : 0) | (writes ? POLLOUT : 0)), revents: 0)
    }

    // MARK: Passing bytes

    /// Passes what can be passed. False when the connection is over.
    func pass(_ faults: LinkFaults, using random: inout SeededGenerator) -> Bool {
        if case .refuse = faults.admission { return end() }
        if case .swallow = faults.admission { isSilent = true }
        let now = Clocks.now().instant
        guard readBox(faults, at: now, using: &random), readPlatform(faults, at: now, using: &random) else { return end() }
        guard !isSilent else { return true }
        guard replies.deliver(to: box, at: now) else { return end() }
        if let isDelivered = platform.map({ requests.deliver(to: $0, at: now) }), !isDelivered { return end() }
        if isCut(requests, after: faults.cutRequestsAfter) || isCut(replies, after: faults.cutRepliesAfter) { return end() }
        if requests.hasEnded, requests.isEmpty { platform?.finishSending() }
        if replies.hasEnded, replies.isEmpty {
            box.finishSending()
            return !requests.hasEnded
        }
        return true
    }

    private func end() -> Bool {
        reset()
        return false
    }

    private func isCut(_ queue: borrowing ByteQueue, after limit: Int?) -> Bool {
        limit.map { queue.isEmpty && queue.passed >= $0 } ?? false
    }

    private func readBox(_ faults: LinkFaults, at now: Instant, using random: inout SeededGenerator) -> Bool {
        guard isSilent || requests.hasRoom else { return true }
        switch box.receive() {
        case .wouldBlock: return true
        case .failed: return false
        case .ended:
            requests.hasEnded = true
            return !isSilent
        case .bytes(let bytes):
            guard !isSilent else { return true }
            if case .answer(let answer) = faults.admission {
                replies.append(answer, at: now, faults, using: &random)
                replies.hasEnded = true
                return true
            }
            // Connected to somebody who has gone since.
            guard platform != nil else { return false }
            if !isAsking { losesReply = Double.random(in: 0..<1, using: &random) < faults.lostReplies }
            isAsking = true
            requests.append(cut(bytes, requests, faults.cutRequestsAfter), at: now, faults, using: &random)
            return true
        }
    }

    private func readPlatform(_ faults: LinkFaults, at now: Instant, using random: inout SeededGenerator) -> Bool {
        guard replies.hasRoom, let result = platform?.receive() else { return true }
        switch result {
        case .wouldBlock: return true
        case .failed: return false
        case .ended:
            replies.hasEnded = true
            return true
        case .bytes(let bytes):
            isAsking = false
            if losesReply { return false }
            let shown = faults.isGarbling ? bytes.map { _ in UInt8.random(in: 0...255, using: &random) } : bytes
            replies.append(cut(shown, replies, faults.cutRepliesAfter), at: now, faults, using: &random)
            return true
        }
    }

    private func cut(_ bytes: [UInt8], _ queue: borrowing ByteQueue, _ limit: Int?) -> [UInt8] {
        limit.map { Array(bytes.prefix(max($0 - queue.passed, 0))) } ?? bytes
    }
}
