import Base

extension ReaderDriver {
    /// PN532 modules in HSU mode.
    public static let pn532 = ReaderDriver(
        name: "pn532", deviceName: "PN532", usualBaud: 115_200, reportsReads: false, absence: CardPresence.minimumAbsence,
        patience: PN532Machine.acknowledgeTimeout * 3
    ) { _ in PN532Machine() }
}

/// The host's side of a PN532 on a serial line (NXP UM0701-02): wakes and configures it, then polls for cards.
///
/// A command that fails is broken off with an ACK frame before `ReaderDialogue`'s remedies.
public struct PN532Machine: ReaderMachine {
    /// From the end of a poll to the next one.
    public static let pollInterval = Duration.milliseconds(10)
    /// The chip itself needs a few milliseconds; a USB adapter's latency and a busy machine come on top.
    public static let acknowledgeTimeout = Duration.milliseconds(100)
    public static let responseTimeout = Duration.milliseconds(500)

    /// In this order, before the first poll.
    private static let setUp: [PN532Command] = [.samConfiguration, .getFirmwareVersion, .setParameters, .rfConfiguration]

    private enum Phase {
        case acknowledgement(PN532Command)
        case response(PN532Command)
        case betweenPolls
    }

    private var dialogue = ReaderDialogue<Phase>()
    private var firmware = ""
    private var parser = PN532FrameParser()
    private var presence = CardPresence()

    public init() {}

    public var nextDeadline: Instant? { dialogue.deadline }

    public mutating func handle(_ input: DeviceEvent, now: Instant) -> [CardReaderOutput] {
        switch input {
        case .opened: return restart(now)
        case .closed:
            close()
            return []
        case .timer: return timeOut(now)
        case .bytes(let bytes): return parser.frames(in: bytes).flatMap { receive($0, now) }
        }
    }

    private mutating func timeOut(_ now: Instant) -> [CardReaderOutput] {
        switch dialogue.overdue(at: now) {
        case nil: return []
        case .betweenPolls: return send(.inListPassiveTarget, now)
        case .acknowledgement(let command):
            return fail(command, "no ACK in \(Self.acknowledgeTimeout.wholeMilliseconds) ms", now)
        case .response(let command):
            return fail(command, "no response in \(Self.responseTimeout.wholeMilliseconds) ms", now)
        }
    }

    private mutating func receive(_ frame: PN532Frame, _ now: Instant) -> [CardReaderOutput] {
        let awaited: PN532Command
        switch dialogue.phase {
        case nil, .betweenPolls: return []
        case .acknowledgement(let command), .response(let command): awaited = command
        }
        switch frame {
        case .acknowledge:
            if case .acknowledgement = dialogue.phase {
                dialogue.expect(.response(awaited), until: now + Self.responseTimeout)
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
        guard let target = PN532Target(data) else { return fail(.inListPassiveTarget, "an empty answer to a poll", now) }
        dialogue.expect(.betweenPolls, until: now + Self.pollInterval)
        let readiness: [CardReaderOutput] = dialogue.succeeded() ? [.ready(firmware)] : []
        switch target {
        case .emptyField: return readiness + presence.found(nil, at: now)
        case .card(let uid): return readiness + presence.found(uid, at: now)
        case .unreadable: return readiness + presence.foundUnreadable(at: now)
        }
    }

    private mutating func fail(_ command: PN532Command, _ reason: String, _ now: Instant) -> [CardReaderOutput] {
        presence.interrupted()
        parser.reset()
        switch dialogue.failed() {
        case .repeatCommand: return [.aborted, .write(PN532Frame.acknowledge.bytes)] + send(command, now)
        case .setUpAnew: return [.recovering(reason: reason), .write(PN532Frame.acknowledge.bytes)] + restart(now)
        case .reopenPort:
            close()
            return [.reopen(reason: reason)]
        }
    }

    private mutating func restart(_ now: Instant) -> [CardReaderOutput] {
        parser.reset()
        return [.write(PN532Command.wakeUp)] + send(Self.setUp[0], now)
    }

    private mutating func close() {
        dialogue.close()
        parser.reset()
        presence.interrupted()
    }

    private mutating func send(_ command: PN532Command, _ now: Instant) -> [CardReaderOutput] {
        dialogue.expect(.acknowledgement(command), until: now + Self.acknowledgeTimeout)
        return [.write(PN532Frame.information(.toChip, command.payload).bytes)]
    }
}
