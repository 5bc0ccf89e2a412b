import Base
import Cryptography
import Fares
import PlatformAPI
import ValidatorCore

/// A validator on virtual time whose commits always succeed, and which collects what it asked for.
struct TestBox {
    static let epoch = WallTime(seconds: 1_700_000_000)

    private var held: HeldValidator
    var validator: Validator {
        _read { yield held.validator }
        _modify { yield &held.validator }
    }
    var now = Moment(instant: Instant(nanoseconds: 1_000_000_000_000), system: Self.epoch)
    var answers: [Answer] = []
    var stored: [Tap] = []
    var requests: [(id: ExchangeID, request: PlatformRequest)] = []
    var notices: [Notice] = []
    var effects: [Effect] = []
    /// What the outbox holds: here every change is written at once. What a test hands over as a backlog it may leave uncounted.
    var outbox: OutboxCounts
    /// What the next commits say; nil: they succeed.
    var commitFailure: String?
    private var nextRow: Int64 = 1

    var isParked: Bool { validator.isParked(at: now.instant) }

    static let reader = 0
    static let secondReader = 1
    static let scanner = 2
    static let boot = UniqueID(high: 1, low: 2)

    static func policy() -> Policy {
        var policy = Policy(boot: boot, buildDate: WallTime(seconds: 1_690_000_000))
        policy.sources = [
            Policy.Source(id: "reader", kind: .reader(.hex)), Policy.Source(id: "second", kind: .reader(.hex)),
            Policy.Source(id: "scanner", kind: .scanner),
        ]
        policy.reportInterval = .seconds(1_000_000)
        return policy
    }

    /// - Parameter isTimeVouched: the receiver has told the time, unless `system` is older than the software.
    init(
        policy: Policy = Self.policy(), restored: Validator.Restored = Validator.Restored(),
        outbox: OutboxCounts = OutboxCounts(), system: WallTime = Self.epoch, isTimeVouched: Bool = true
    ) {
        self.outbox = outbox
        now = Moment(instant: now.instant, system: system)
        held = HeldValidator(
            Validator(
                policy: policy, cryptography: Libcrypto(),
                random: SeededGenerator(seed: 1), ids: SystemRandomNumberGenerator(), restored: restored, at: now))
        if isTimeVouched { handle(.fix(Fix(quality: .twoDimensional, position: nil, time: system))) }
    }

    /// A box on which `listed` may ride and `blocked` may not.
    static func holding(listed: [String] = [], blocked: [String] = [], line: [String] = []) -> Validator.Restored {
        var restored = Validator.Restored()
        restored.cards = HeldList(version: "1", adopted: epoch, cards: list(listed: listed, blocked: blocked))
        restored.line = HeldList(version: "1", adopted: epoch, cards: list(listed: line, blocked: []))
        return restored
    }

    static func list(listed: [String], blocked: [String]) -> CardList {
        var builder = CardListBuilder(unlisted: .blocked)
        for number in listed { builder.append(CardListEntry(card: CardNumber(number)!, isListed: true)) }
        for number in blocked { builder.append(CardListEntry(card: CardNumber(number)!, isListed: false)) }
        var build = builder.build()
        return build.step(rows: .max)!
    }

    /// Hands over one event and carries the effects out as the program does: commit, then light.
    mutating func handle(_ event: Event) {
        var storedNow = 0
        for effect in validator.handle(event, at: now, outbox: outbox) {
            effects.append(effect)
            switch effect {
            case .store(let tap):
                stored.append(tap)
                storedNow += 1
            case .answer(let answer): answers.append(answer)
            case .send(let id, let request): requests.append((id, request))
            case .notice(let notice): notices.append(notice)
            case .outbox(let change): note(change)
            default: break
            }
        }
        guard storedNow > 0 else { return }
        if let commitFailure {
            stored.removeLast(storedNow)
            handle(.commitFailed(reason: commitFailure))
        } else {
            let rows = (0..<Int64(storedNow)).map { nextRow + $0 }
            nextRow += Int64(storedNow)
            outbox.records += stored.suffix(storedNow).reduce(0) { $0 + $1.pending.count }
            handle(.committed(rows: rows))
        }
    }

    private mutating func note(_ change: OutboxChange) {
        switch change {
        case .delivered(.booking), .delivered(.log): outbox.records = max(0, outbox.records - 1)
        case .refused(.booking, _, _), .refused(.log, _, _):
            outbox.records = max(0, outbox.records - 1)
            outbox.refused += 1
        default: break
        }
    }

    /// A technician has the refused uploads tried again.
    mutating func retryRefused() {
        outbox.records += outbox.refused
        outbox.refused = 0
        handle(.retryRefused)
    }

    /// A technician carries these uploads away, and so many that the platform had refused.
    mutating func collect(_ keys: [UploadKey], refused: Int) {
        outbox.records -= keys.count { if case .position = $0 { false } else { true } }
        outbox.refused -= refused
        handle(.collected(keys))
    }

    @discardableResult
    mutating func tap(_ uid: String, on reader: SourceIndex = Self.reader) -> Answer? {
        let before = answers.count
        handle(.card(uid: Self.bytes(uid), reader: reader))
        return answers.count > before ? answers.last : nil
    }

    @discardableResult
    mutating func scan(_ text: String) -> Answer? { scan(Array(text.utf8)) }

    @discardableResult
    mutating func scan(_ code: [UInt8]) -> Answer? {
        let before = answers.count
        handle(.ticket(code, scanner: Self.scanner))
        return answers.count > before ? answers.last : nil
    }

    mutating func advance(by duration: Duration) {
        now = Moment(instant: now.instant + duration, system: now.system + duration)
        handle(.timer)
    }

    /// Sets the system clock without time passing.
    mutating func setSystemClock(to time: WallTime) {
        now = Moment(instant: now.instant, system: time)
    }

    mutating func reply(_ id: ExchangeID, _ reply: PlatformReply) { handle(.reply(id, .success(reply))) }

    mutating func fail(_ id: ExchangeID, _ kind: ExchangeFailure.Kind = .timeout) {
        handle(.reply(id, .failure(ExchangeFailure(kind, "no answer in the test"))))
    }

    /// Takes the requests seen so far, so that a test looks at the new ones.
    mutating func takeRequests() -> [(id: ExchangeID, request: PlatformRequest)] {
        defer { requests = [] }
        return requests
    }

    static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = hexadecimal.utf8.compactMap(hexadecimalValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

extension PlatformReply {
    static let taken = PlatformReply.log(Verdict(code: 0, message: ""))

    static func refused(_ code: Int) -> PlatformReply { .log(Verdict(code: code, message: "no")) }

    static func check(_ code: Int, sound: Int = 0, message: String = "") -> PlatformReply {
        .check(CheckReply(verdict: Verdict(code: code, message: message), soundNumber: sound))
    }

    static func heartbeat(
        modes: Modes = Modes(), versions: Versions = Versions(), window: (start: WallTime, end: WallTime)? = nil,
        serverTime: WallTime? = nil
    ) -> PlatformReply {
        .heartbeat(
            HeartbeatReply(
                verdict: Verdict(code: 0, message: ""),
                content: HeartbeatReply.Content(
                    enterpriseID: "398", serverTime: serverTime, modes: modes, versions: versions, window: window)))
    }
}

extension PlatformRequest.Content {
    var name: String {
        switch self {
        case .heartbeat: "heartbeat"
        case .check(_, let mode, _, _): mode == .online ? "online check" : "booking"
        case .log: "log"
        case .fullCardList: "full"
        case .cardIncrement: "increment"
        case .lineCardList: "line"
        case .keys: "keys"
        case .token: "token"
        }
    }
}
