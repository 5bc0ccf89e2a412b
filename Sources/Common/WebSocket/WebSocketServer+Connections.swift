import Base
import Dispatch
import Kernel
import OperatingSystem

/// The life of one connection.
extension WebSocketServer {
    /// Of the loop's time, for reading from clients before everybody else has a turn.
    private static let readingTime = Duration.milliseconds(2)

    // MARK: From the client

    func serve(_ id: ConnectionID, _ readiness: InnerEpoll.Readiness) {
        guard let connection = connections[id] else { return }
        if readiness.contains(.write), connection.isBlocked {
            connection.isBlocked = false
            watch(connection)
            schedule(connection)
        }
        guard connection.unhandled.isEmpty else {
            // Nobody waits for answers any more.
            if readiness.contains(.failure) { drop(connection) }
            return
        }
        let awaited = connection.socket.readInterest.union(.failure)
        // Without time, it is still ready in the next turn.
        guard !readiness.isDisjoint(with: awaited), hasReadingTime() else { return }
        switch connection.read() {
        case .bytes(let bytes): receive(bytes, connection)
        case .ended, .failed: drop(connection)
        case .wouldBlock: if readiness.contains(.failure) { drop(connection) } else { watch(connection) }
        }
    }

    private func hasReadingTime() -> Bool {
        let now = Clocks.now().instant
        if let readingEnd { return now < readingEnd }
        readingEnd = now + Self.readingTime
        DispatchQueue.main.async { [weak self] in self?.readingEnd = nil }
        return true
    }

    private func receive(_ bytes: [UInt8], _ connection: Connection) {
        switch connection.phase {
        case .handshake: receiveRequest(bytes, connection)
        case .open: receiveMessages(bytes, connection)
        // What it sent before it read our goodbye. Unread, it would turn the end of the stream into an error for the client.
        case .closing: break
        }
    }

    private func receiveRequest(_ bytes: [UInt8], _ connection: Connection) {
        switch connection.parser.receive(bytes) {
        case .incomplete: break
        case .refusal(let refusal): refuse(connection, UpgradeReply.refused(refusal))
        case .request(let request, let rest):
            guard openCount < limits.connections else { return refuse(connection, UpgradeReply.refused(.tooManyConnections)) }
            switch handlers.authorise(request) {
            case .refuse(let status, let text): refuse(connection, UpgradeReply.refused(status: status, text: text))
            case .accept(let nonce):
                connection.phase = .open
                connection.parser = UpgradeParser()
                connection.deadline = nil
                openCount += 1
                append(UpgradeReply.accepted(key: nonce), to: connection)
                schedule(connection)
                handlers.onOpen(connection.id)
                receiveMessages(rest, connection)
            }
        }
    }

    private func receiveMessages(_ bytes: [UInt8], _ connection: Connection) {
        connection.unhandled = connection.receiver.receive(bytes)[...]
        handleNext(connection)
        if !connection.unhandled.isEmpty { watch(connection) }
    }

    /// The turn of a connection of which more was read than one message.
    func handleNext(_ id: ConnectionID) {
        guard let connection = connections[id] else { return }
        handleNext(connection)
        if connection.unhandled.isEmpty { watch(connection) }
    }

    /// One message, since a small one may ask for much.
    private func handleNext(_ connection: Connection) {
        guard let event = connection.unhandled.popFirst() else { return }
        handle(event, connection)
        if !connection.unhandled.isEmpty { handling?.schedule(connection.id) }
    }

    private func handle(_ event: MessageReceiver.Event, _ connection: Connection) {
        switch event {
        case .text(let text): handlers.onText(connection.id, text)
        case .binary(let bytes):
            if let onBinary = handlers.onBinary {
                onBinary(connection.id, bytes)
            } else {
                close(connection, FrameEncoder.close(CloseCode.unsupportedData, reason: "only text is understood here"))
            }
        case .ping(let payload): enqueue(FrameEncoder.frame(.pong, payload), for: connection.id)
        case .close(let code): close(connection, FrameEncoder.close(code))
        case .tooLarge:
            handlers.onTooLarge(connection.id)
            let reason = "a message may have \(limits.messageSize) bytes"
            close(connection, FrameEncoder.close(CloseCode.messageTooBig, reason: reason))
        case .violation(let code, let reason): close(connection, FrameEncoder.close(code, reason: reason))
        }
    }

    // MARK: To the client

    func enqueue(_ frame: [UInt8], for id: ConnectionID) {
        guard let connection = connections[id], connection.phase == .open else { return }
        append(frame, to: connection)
        schedule(connection)
        if connection.output.size > limits.queueSize { giveUpIfSlow(connection) { $0.output.size > limits.queueSize } }
        while queuedSize > limits.totalQueueSize, let slowest = slowest() {
            giveUpIfSlow(slowest) { _ in queuedSize > limits.totalQueueSize }
        }
    }

    /// For whom most waits.
    private func slowest() -> Connection? {
        connections.values.filter { $0.phase == .open && !$0.output.isEmpty }.max { $0.output.size < $1.output.size }
    }

    /// Closes a connection for which too much waits, unless it is quick enough and only had no chance to show it.
    private func giveUpIfSlow(_ connection: Connection, tooMuch: (Connection) -> Bool) {
        if !connection.isBlocked { write(connection) }
        guard connection.phase == .open, tooMuch(connection) else { return }
        connection.output.dropWaiting()
        count(connection)
        close(connection, FrameEncoder.close(CloseCode.tryAgainLater, reason: "too slow to read what was sent"))
    }

    private func append(_ bytes: [UInt8], to connection: Connection) {
        connection.output.append(bytes)
        count(connection)
    }

    /// After any change of its queue.
    private func count(_ connection: Connection) {
        let size = connection.output.size
        queuedSize += size - connection.countedOutput
        connection.countedOutput = size
    }

    private func schedule(_ connection: Connection) {
        guard !connection.isScheduled, !connection.isBlocked else { return }
        connection.isScheduled = true
        writing?.schedule(connection.id)
    }

    /// The turn of a connection that was scheduled.
    func write(_ id: ConnectionID) {
        guard let connection = connections[id] else { return }
        connection.isScheduled = false
        if !connection.isBlocked { write(connection) }
    }

    private func write(_ connection: Connection) {
        let flushed = connection.flush()
        count(connection)
        switch flushed {
        case .done: break
        case .more: schedule(connection)
        case .blocked:
            connection.isBlocked = true
            watch(connection)
        case .failed: drop(connection)
        }
    }

    // MARK: The end

    /// Queues the goodbye; the client has a little while to take it.
    func close(_ connection: Connection, _ frame: [UInt8]) {
        guard connection.phase == .open else { return }
        openCount -= 1
        tellClosed(connection)
        finish(connection, frame)
    }

    private func refuse(_ connection: Connection, _ reply: [UInt8]) {
        connection.parser = UpgradeParser()
        finish(connection, reply)
    }

    private func finish(_ connection: Connection, _ lastWords: [UInt8]) {
        connection.phase = .closing
        if !connection.unhandled.isEmpty {
            connection.unhandled = []
            watch(connection)
        }
        append(lastWords, to: connection)
        setDeadline(of: connection, after: limits.closingTime)
        schedule(connection)
    }

    func drop(_ connection: Connection) {
        guard connections.removeValue(forKey: connection.id) != nil else { return }
        epoll.remove(connection.socket.raw)
        queuedSize -= connection.countedOutput
        connection.countedOutput = 0
        if connection.phase == .open {
            openCount -= 1
            tellClosed(connection)
        }
        connection.phase = .closing
        connection.unhandled = []
    }

    private func tellClosed(_ connection: Connection) {
        closed.append(connection.id)
        guard closed.count == 1 else { return }
        DispatchQueue.main.async { [weak self] in self?.deliverClosed() }
    }

    private func deliverClosed() {
        let batch = closed
        closed = []
        for id in batch { handlers.onClose(id) }
    }

    private func watch(_ connection: Connection) {
        guard epoll.isWatching(connection.socket.raw) else { return }
        do throws(SystemError) {
            try epoll.modify(connection.socket.raw, for: connection.interest)
        } catch {
            drop(connection)
        }
    }

    // MARK: Deadlines

    func setDeadline(of connection: Connection, after delay: Duration) {
        let deadline = Clocks.now().instant + delay
        connection.deadline = deadline
        if let nextDeadline, nextDeadline <= deadline { return }
        nextDeadline = deadline
        deadlineTimer?.schedule(at: deadline)
    }

    func cutOverdue() {
        let now = Clocks.now().instant
        for connection in connections.values where connection.deadline.map({ $0 <= now }) ?? false {
            connection.socket.resetOnClose()
            drop(connection)
        }
        nextDeadline = connections.values.compactMap(\.deadline).min()
        deadlineTimer?.schedule(at: nextDeadline)
    }
}
