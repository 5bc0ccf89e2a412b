import Base
import Fares
import PlatformAPI
import ValidatorCore

/// The platform as its interface describes it, with the humours of a real one. Idempotent by `req_id`.
struct SimulatedPlatform {
    /// Refused once more each time it is asked, and to be tried again.
    static let busyCode = 500
    /// Refused for good: "balance too low".
    static let finalCode = 402
    static let duplicateCode = 208
    /// "Decide yourself."
    static let fallbackCode = 77

    /// What it does beside its duty, for an hour or so.
    struct Mood {
        var refusesUploads = false
        /// Its list server is a version behind what heartbeats name.
        var listsLag = false
        var refusesTokens = false
        static let good = Mood()
    }

    private(set) var modes = Modes()
    private(set) var window: (start: WallTime, end: WallTime)?
    private(set) var cards: CardBook
    private(set) var line: CardBook
    /// The last one is in force.
    private(set) var keyGroups: [KeyGroup] = []
    private(set) var downloads: [SimulatedPlatform.Download: [Instant]] = [:]
    var mood = Mood.good
    /// It answers.
    var isRunning = true
    /// It hangs before its crash: what it takes in now it will have forgotten.
    var isAboutToCrash = false

    enum Download: String { case full, increment, line, keys }

    private let unlisted: UnlistedMeaning
    private let duplicatesAre: Int
    private let truncatesLists: Bool
    private var random: SeededGenerator
    private var tokens: [String: Instant] = [:]
    private var taken: Set<UniqueID> = []
    private var verdicts: [UniqueID: PlatformReply.CheckReply] = [:]

    init(policy: Policy, universe: [CardNumber], seed: UInt64, truncatesLists: Bool) {
        random = SeededGenerator(seed: seed)
        unlisted = policy.unlisted
        duplicatesAre = policy.acceptedCodes.first ?? 0
        self.truncatesLists = truncatesLists
        cards = CardBook(universe: universe, share: 0.6, blocked: 0.4, using: &random)
        line = CardBook(universe: universe, share: 0.5, blocked: 0.1, using: &random)
        rotateKeys()
    }

    mutating func forgetDownloads() { downloads = [:] }

    // MARK: What its operators do

    mutating func rotateKeys() {
        let keys = (1...3).map { KeyGroup.Key(id: UInt8($0), text: String(random.next() & 0xFFFF_FFFF, radix: 16)) }
        keyGroups.append(KeyGroup(version: String(1_526_005_635 + keyGroups.count), keys: keys))
    }

    mutating func publish(isFull: Bool, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        guard isFull else { return cards.publishIncrement(using: &random) }
        if random.chance(0.5) { cards.publishFull(using: &random) } else { line.publishFull(using: &random) }
    }

    mutating func changeModes(at now: Instant, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        modes.cardCheck = random.chance(0.35) ? .online : .offline
        modes.ticketCheck = random.chance(0.35) ? .online : .offline
        modes.cardsEnabled = !random.chance(0.05)
        modes.ticketsEnabled = !random.chance(0.05)
        modes.whiteListRequired = random.chance(0.6)
        modes.lineListRequired = random.chance(0.3)
        let wall = TrueTime.wall(at: now)
        window = random.chance(0.4) ? (wall + random.minutes(-60...20), wall + random.minutes(30...300)) : nil
    }

    // MARK: What it answers

    mutating func reply(to request: PlatformRequest, at now: Instant) -> PlatformReply {
        switch request.content {
        case .heartbeat: heartbeat(at: now)
        case .check(let subject, .online, _, _): check(subject, as: request.requestID)
        case .check(_, .offline, _, _):
            .check(PlatformReply.CheckReply(verdict: takeUpload(request.requestID), soundNumber: 0))
        case .log: .log(takeUpload(request.requestID))
        case .fullCardList(let token, _): list(.full, cards, token, unlisted, at: now)
        case .cardIncrement(let token, _): list(.increment, cards, token, unlisted, at: now)
        case .lineCardList(let token, _): list(.line, line, token, .removed, at: now)
        case .keys(let token): keys(token, at: now)
        case .token: issueToken(at: now)
        }
    }

    /// A technician brings a record on a stick.
    mutating func takeFromStick(_ id: UniqueID) { taken.insert(id) }

    /// What it said to an online check, once it was asked.
    func verdict(on check: UniqueID) -> PlatformReply.CheckReply? { verdicts[check] }

    private func heartbeat(at now: Instant) -> PlatformReply {
        var versions = Versions()
        versions.cards = cards.full.version
        versions.cardIncrement = cards.increment.version
        versions.lineCards = line.full.version
        versions.keys = keyGroups.last?.version ?? "0"
        return .heartbeat(
            PlatformReply.HeartbeatReply(
                verdict: .good,
                content: PlatformReply.HeartbeatReply.Content(
                    enterpriseID: "398", serverTime: TrueTime.wall(at: now), modes: modes, versions: versions, window: window)))
    }

    private mutating func check(_ subject: Subject, as id: UniqueID) -> PlatformReply {
        if let said = verdicts[id] { return .check(said) }
        let code = random.chance(0.75) ? 0 : random.chance(0.3) ? Self.fallbackCode : 1
        let reply = PlatformReply.CheckReply(
            verdict: PlatformReply.Verdict(code: code, message: "said"), soundNumber: Int.random(in: 0...3, using: &random))
        verdicts[id] = reply
        return .check(reply)
    }

    private mutating func takeUpload(_ id: UniqueID) -> PlatformReply.Verdict {
        if taken.contains(id) { return PlatformReply.Verdict(code: duplicatesAre, message: "taken before") }
        if mood.refusesUploads, random.chance(0.4) {
            return PlatformReply.Verdict(code: random.chance(0.1) ? Self.finalCode : Self.busyCode, message: "refused")
        }
        taken.insert(id)
        return .good
    }

    private mutating func list(
        _ download: Download, _ book: CardBook, _ token: String, _ unlisted: UnlistedMeaning, at now: Instant
    ) -> PlatformReply {
        downloads[download, default: []].append(now)
        guard isValid(token, at: now) else {
            return .list(PlatformReply.ListReply(verdict: .badToken, version: nil, entries: nil, skipped: 0))
        }
        let (full, increment) = mood.listsLag ? book.lagging : (book.full, book.increment)
        // Version "0" is no version: an increment that never was cannot be answered with.
        let reply = download == .full || download == .line ? full : increment.version == "0" ? book.increment : increment
        let builder = book.builder(for: reply.rows, unlisted: unlisted, isTruncated: truncatesLists)
        return .list(PlatformReply.ListReply(verdict: .good, version: reply.version, entries: builder, skipped: 0))
    }

    private mutating func keys(_ token: String, at now: Instant) -> PlatformReply {
        downloads[.keys, default: []].append(now)
        return isValid(token, at: now) ? .keys(.good, keyGroups.last) : .keys(.badToken, nil)
    }

    private mutating func issueToken(at now: Instant) -> PlatformReply {
        let text = String(random.next(), radix: 16)
        let seconds = Int.random(in: 30...3600, using: &random)
        tokens[text] = now + .seconds(seconds)
        return .token(.good, PlatformReply.Token(text: text, expiresInSeconds: seconds))
    }

    private mutating func isValid(_ token: String, at now: Instant) -> Bool {
        guard let expires = tokens[token], now < expires else { return false }
        // Now and then a token is withdrawn early.
        if mood.refusesTokens, random.chance(0.5) { tokens[token] = nil }
        return tokens[token] != nil
    }
}

extension PlatformReply.Verdict {
    static let good = PlatformReply.Verdict(code: 0, message: "成功")
    static let badToken = PlatformReply.Verdict(code: 401, message: "token expired")
}
