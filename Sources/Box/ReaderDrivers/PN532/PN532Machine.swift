import Base

/// The host's side of a PN532 on a serial line (NXP UM0701-02): wakes and configures it, then polls for cards.
///
/// One command is under way at a time. When it fails, it is broken off with an ACK frame and sent once more; then the
/// chip is woken and configured anew; then the port is opened anew.
nonisolated public struct PN532Driver: CardReaderDriver {
    /// From the end of a poll to the next one.
    public static let pollInterval = Duration.milliseconds(10)
    /// The chip itself needs a few milliseconds; a USB adapter's latency and a busy machine come on top.
    public static let acknowledgeTimeout = Duration.milliseconds(100)
    public static let responseTimeout = Duration.milliseconds(500)

    /// In this order, before the first poll.
    private static let setUp: [PN532Command] = [.samConfiguration, .getFirmwareVersion, .setParameters, .rfConfiguration]

    private enum Phase {
        case closed
        case acknowledgement(PN532Command)
        case response(PN532Command)
        case betweenPolls
    }

    /// How far recovery has gone.
    private enum Trouble {
        case none
        /// The command was sent a second time.
        case repeated
        /// The chip was woken and configured anew; what fails now ends with opening the port anew.
        case restarted
    }

    public let name = "PN532"
    public private(set) var nextDeadline: Instant?
    private var phase = Phase.closed
    private var trouble = Trouble.none
    private var isReady = false
    private var firmware = ""
    private var parser = PN532FrameParser()
    private var presence = CardPresence()

    public init() {}

    public mutating func handle(_ input: CardReaderInput, now: Instant) -> [CardReaderOutput] {
        switch input {
        case .opened:
            trouble = .none
            return restart(now)
        case .closed:
            close()
            return []
        case .timer:
            guard let nextDeadline, nextDeadline <= now else { return [] }
            return timeOut(now)
        case .bytes(let bytes):
            return parser.frames(in: bytes).flatMap { receive($0, now) }
        }
    }

    private mutating func timeOut(_ now: Instant) -> [CardReaderOutput] {
        switch phase {
        case .closed: return []
        case .betweenPolls: return send(.inListPassiveTarget, now)
        case .acknowledgement(let command):
            return fail(command, "no ACK in \(Self.acknowledgeTimeout.wholeMilliseconds) ms", now)
        case .response(let command):
            return fail(command, "no response in \(Self.responseTimeout.wholeMilliseconds) ms", now)
        }
    }

    private mutating func receive(_ frame: PN532Frame, _ now: Instant) -> [CardReaderOutput] {
        let awaited: PN532Command
        switch phase {
        case .closed, .betweenPolls: return []
        case .acknowledgement(let command), .response(let command): awaited = command
        }
        switch frame {
        case .acknowledge:
            if case .acknowledgement = phase {
                phase = .response(awaited)
                nextDeadline = now + Self.responseTimeout
            }
            return []
        case .notAcknowledge: return fail(awaited, "command not understood", now)
        case .error: return fail(awaited, "command refused", now)
        // The answer counts even if its ACK was lost; an answer to something else is a late one.
        case .information(.toHost, let payload) where payload.first == awaited.responseCode:
            return finish(awaited, payload.dropFirst(), now)
        case .information: return []
        }
    }

    private mutating func finish(_ command: PN532Command, _ data: ArraySlice<UInt8>, _ now: Instant) -> [CardReaderOutput] {
        if command == .inListPassiveTarget { return finishPoll(data, now) }
        if command == .getFirmwareVersion {
            guard data.count >= 3 else { return fail(command, "firmware version is torn", now) }
            let version = Array(data)
            firmware = "PN5\(hexadecimal([version[0]])) firmware \(version[1]).\(version[2])"
        }
        guard let done = Self.setUp.firstIndex(of: command), done + 1 < Self.setUp.count else {
            return send(.inListPassiveTarget, now)
        }
        return send(Self.setUp[done + 1], now)
    }

    private mutating func finishPoll(_ data: ArraySlice<UInt8>, _ now: Instant) -> [CardReaderOutput] {
        guard let target = PN532Target(data) else { return fail(.inListPassiveTarget, "target data is torn", now) }
        let uid: [UInt8]? =
            switch target {
            case .card(let uid): uid
            case .emptyField: nil
            }
        trouble = .none
        phase = .betweenPolls
        nextDeadline = now + Self.pollInterval
        let readiness: [CardReaderOutput] = isReady ? [] : [.ready(firmware)]
        isReady = true
        let isNew = presence.polled(uid, at: now)
        guard let uid else { return readiness }
        return readiness + [isNew ? .card(uid: uid) : .sighting(uid: uid)]
    }

    private mutating func fail(_ command: PN532Command, _ reason: String, _ now: Instant) -> [CardReaderOutput] {
        presence.interrupted()
        parser.reset()
        switch trouble {
        case .none:
            trouble = .repeated
            return [.aborted, .write(PN532Frame.acknowledge.bytes)] + send(command, now)
        case .repeated:
            trouble = .restarted
            isReady = false
            return [.recovering(reason: reason), .write(PN532Frame.acknowledge.bytes)] + restart(now)
        case .restarted:
            close()
            return [.reopen(reason: reason)]
        }
    }

    private mutating func restart(_ now: Instant) -> [CardReaderOutput] {
        parser.reset()
        isReady = false
        return [.write(PN532Command.wakeUp)] + send(Self.setUp[0], now)
    }

    private mutating func close() {
        phase = .closed
        nextDeadline = nil
        isReady = false
        parser.reset()
        presence.interrupted()
    }

    private mutating func send(_ command: PN532Command, _ now: Instant) -> [CardReaderOutput] {
        phase = .acknowledgement(command)
        nextDeadline = now + Self.acknowledgeTimeout
        return [.write(PN532Frame.information(.toChip, command.payload).bytes)]
    }
}
