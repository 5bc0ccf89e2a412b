import Base

extension ReaderDriver {
    /// UHF readers whose frames begin with A0.
    public static let uhfA0 = ReaderDriver(
        name: "uhf-a0", deviceName: "UHF reader", usualBaud: 115_200, reportsReads: true, absence: TagPresence.minimumAbsence,
        patience: UHFA0Machine.responseTimeout * 3 + UHFA0Machine.resetTime
    ) { UHFA0Machine($0) }
}

/// The host's side of the UHF readers whose frames begin with A0 (Impinj R2000 modules and their kin; "UHF RFID Reader
/// Serial Interface Protocol" V2.2 to V3.7): sets the module up, then has it count the tags in its field for ever.
///
/// A module that is set up anew is reset before.
public struct UHFA0Machine: ReaderMachine {
    /// From the end of a round to the next one.
    public static let roundInterval = Duration.milliseconds(10)
    /// No manual states a limit. Each tag's report starts the wait anew, since a round takes longer the more tags there are.
    public static let responseTimeout = Duration.seconds(1)
    /// From the reset until the module listens; it does not say when. What programs in the field wait.
    public static let resetTime = Duration.seconds(1)
    /// Between attempts while the antenna is missing: the module is well, and nothing but a technician helps.
    public static let antennaInterval = Duration.seconds(1)

    private enum Phase {
        case resetting
        case answer(UHFA0Request)
        case betweenRounds
    }

    private let settings: CardReaderSettings
    private var dialogue = ReaderDialogue<Phase>()
    private var isAntennaMissing = false
    private var firmware = ""
    /// The settings that the module refused.
    private var refusals: [String] = []
    private var parser = UHFA0FrameParser()
    private var presence = TagPresence()
    private var reads = TagReadQueue()
    /// Frames of a read's answer that have come.
    private var readAnswers = 0

    public init(_ settings: CardReaderSettings) {
        self.settings = settings
    }

    public var nextDeadline: Instant? { dialogue.deadline }

    public mutating func handle(_ input: DeviceEvent, now: Instant) -> [CardReaderOutput] {
        switch input {
        case .opened: return setUp(now)
        case .closed:
            close()
            return []
        case .timer: return timeOut(now)
        case .bytes(let bytes): return parser.frames(in: bytes).flatMap { receive($0, now) }
        }
    }

    private mutating func timeOut(_ now: Instant) -> [CardReaderOutput] {
        switch dialogue.overdue(at: now) {
        case nil: []
        case .resetting: setUp(now)
        case .betweenRounds: send(.inventory, now)
        case .answer(let request): fail(request, "no answer in \(Self.responseTimeout.wholeMilliseconds) ms", now)
        }
    }

    private mutating func receive(_ frame: UHFA0Frame, _ now: Instant) -> [CardReaderOutput] {
        // From the public address comes only the echo that some RS-485 adapters make; an answer to something else is late.
        guard case .answer(let request) = dialogue.phase, frame.address != UHFA0Frame.publicAddress,
            frame.command == request.frame.command
        else { return [] }
        switch request {
        case .reset, .getFirmwareVersion, .setBeeperMode, .getOutputPower, .setOutputPower:
            return finishSetting(request, frame.data, now)
        case .inventory: return continueRound(frame.data, now)
        case .match(let epc):
            guard frame.data == [UHFA0Status.success.rawValue] else { return failRead(epc, now) }
            return send(.readTID(epc: epc), now)
        case .readTID(let epc): return continueRead(epc, frame.data, now)
        }
    }

    private mutating func close() {
        dialogue.close()
        parser.reset()
        presence.interrupted()
    }

    private mutating func send(_ request: UHFA0Request, _ now: Instant) -> [CardReaderOutput] {
        dialogue.expect(.answer(request), until: now + Self.responseTimeout)
        readAnswers = 0
        return [.write(request.frame.bytes)]
    }
}

// MARK: - Setting up, and starting anew

extension UHFA0Machine {
    private mutating func setUp(_ now: Instant) -> [CardReaderOutput] {
        parser.reset()
        reads.removeAll()
        refusals = []
        isAntennaMissing = false
        return send(.getFirmwareVersion, now)
    }

    private mutating func finishSetting(_ request: UHFA0Request, _ data: [UInt8], _ now: Instant) -> [CardReaderOutput] {
        switch request {
        case .getFirmwareVersion:
            guard data.count >= 2 else { return fail(request, "firmware version is torn", now) }
            firmware = "firmware \(data[0]).\(data[1])"
            return send(.setBeeperMode(settings.beeps ? .eachRound : .quiet), now)
        case .setBeeperMode:
            note(data) { "buzzer setting refused: \($0)" }
            return send(settings.transmitPowerDBm == nil ? .inventory : .getOutputPower, now)
        // One power for all antennas, or one for each. It is set only where it differs: flash memory wears out.
        case .getOutputPower:
            guard let power = wantedPower, data.contains(where: { $0 != power }) else { return send(.inventory, now) }
            return send(.setOutputPower(dBm: power), now)
        case .setOutputPower(let power):
            note(data) { "transmit power of \(power) dBm refused: \($0); set one that this module can send with" }
            return send(.inventory, now)
        case .reset, .inventory, .match, .readTID: return []
        }
    }

    private var wantedPower: UInt8? { settings.transmitPowerDBm.map { UInt8(clamping: $0) } }

    /// Keeps what a technician must know of a setting that did not succeed.
    private mutating func note(_ data: [UInt8], _ text: (UHFA0Status) -> String) {
        let status = UHFA0Status(rawValue: data.first ?? 0)
        if status != .success { refusals.append(text(status)) }
    }

    private mutating func fail(_ request: UHFA0Request, _ reason: String, _ now: Instant) -> [CardReaderOutput] {
        presence.interrupted()
        parser.reset()
        switch dialogue.failed() {
        case .repeatCommand: return [.aborted] + send(request, now)
        case .setUpAnew:
            dialogue.expect(.resetting, until: now + Self.resetTime)
            return failedRead(request, now) + [.recovering(reason: reason), .write(UHFA0Request.reset.frame.bytes)]
        case .reopenPort:
            close()
            return [.reopen(reason: reason)]
        }
    }
}

// MARK: - Rounds

extension UHFA0Machine {
    private mutating func continueRound(_ data: [UInt8], _ now: Instant) -> [CardReaderOutput] {
        switch UHFA0InventoryAnswer(data) {
        case .tag(let epc):
            dialogue.goOn(until: now + Self.responseTimeout)
            return epc.isEmpty ? [] : report(epc, now)
        // Some firmware ends a round in an empty field thus.
        case .endOfRound, .status(.noTag): return endRound(now)
        case .status(.antennaMissing): return awaitAntenna(now)
        case .status(let status) where status.isOfTag: return [.unreadable] + endRound(now)
        case .status(let status): return fail(.inventory, "\(status)", now)
        case nil: return []
        }
    }

    private mutating func report(_ epc: [UInt8], _ now: Instant) -> [CardReaderOutput] {
        if let uid = presence.reported(epc: epc) { return [.sighting(uid: uid)] }
        switch settings.identity {
        case .epc:
            presence.tell(epc: epc, uid: epc)
            return [.card(uid: epc)]
        case .tid:
            reads.add(epc: epc, at: now)
            return []
        }
    }

    private mutating func endRound(_ now: Instant) -> [CardReaderOutput] {
        isAntennaMissing = false
        presence.roundEnded(at: now)
        let readiness: [CardReaderOutput] =
            dialogue.succeeded() ? [.ready(([firmware] + refusals).joined(separator: "; "))] : []
        return readiness + readNext(now)
    }

    private mutating func awaitAntenna(_ now: Instant) -> [CardReaderOutput] {
        presence.interrupted()
        _ = dialogue.succeeded(isReady: false)
        dialogue.expect(.betweenRounds, until: now + Self.antennaInterval)
        defer { isAntennaMissing = true }
        return isAntennaMissing ? [] : [.recovering(reason: "antenna missing (check its cable and plugs)")]
    }
}

// MARK: - Reading TIDs

extension UHFA0Machine {
    /// The next tag whose TID is wanted, or a pause before the next round.
    private mutating func readNext(_ now: Instant) -> [CardReaderOutput] {
        if let epc = reads.next() { return send(.match(epc: epc), now) }
        dialogue.expect(.betweenRounds, until: now + Self.roundInterval)
        return []
    }

    private mutating func continueRead(_ wanted: [UInt8], _ data: [UInt8], _ now: Instant) -> [CardReaderOutput] {
        switch UHFA0ReadAnswer(data) {
        case .memory(let epc, let tid, let count):
            // Bits that are all alike are no serial number, but a tag that has none.
            guard epc == wanted, tid.count == Int(UHFA0Request.tidWords) * 2, Set(tid).count > 1 else {
                return failRead(wanted, now)
            }
            readAnswers += 1
            dialogue.goOn(until: now + Self.responseTimeout)
            reads.succeeded(epc: epc, at: now)
            presence.tell(epc: epc, uid: tid)
            return [.card(uid: tid)] + (readAnswers < count ? [] : readNext(now))
        case .status: return failRead(wanted, now)
        case nil: return []
        }
    }

    private mutating func failRead(_ epc: [UInt8], _ now: Instant) -> [CardReaderOutput] {
        reads.failed(epc: epc, at: now)
        return [.unreadable] + readNext(now)
    }

    /// A tag at which the module itself falls silent must not stop it again and again.
    private mutating func failedRead(_ request: UHFA0Request, _ now: Instant) -> [CardReaderOutput] {
        switch request {
        case .match(let epc), .readTID(let epc):
            reads.failed(epc: epc, at: now)
            return [.unreadable]
        case .reset, .getFirmwareVersion, .setBeeperMode, .getOutputPower, .setOutputPower, .inventory: return []
        }
    }
}
