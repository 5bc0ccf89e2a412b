import Base
import Fares
import PlatformAPI

/// The lists that the box holds, and how newer ones come: one download at a time, adopted whole and durable or not at all
/// (readings 7 and 8). Ticket keys come the same way and are held in the box's state.
struct Downloads: Sendable {
    /// How far the one download in progress has come.
    private enum Stage {
        case idle
        /// The download waits for an access token.
        case fetchingToken(Download)
        case fetching(Download, since: Instant)
        case building(Adoption)
        case saving(Adoption, HeldList)
    }

    /// A list on its way into force.
    private struct Adoption {
        var download: Download
        var version: String
        /// The rows of an increment; empty for a full list.
        var entries: [CardListEntry] = []
    }

    private(set) var cards: HeldList
    private(set) var line: HeldList
    /// Without a provisioning secret the log says at each new group of keys that they are weak.
    private let areKeysWeak: Bool
    /// `Policy.listBytes`
    private let maximumBytes: Int
    private var stage = Stage.idle
    private var plan = DownloadPlan()
    private var tokens: TokenKeeper

    init(cards: HeldList, line: HeldList, policy: Policy, areKeysWeak: Bool) {
        (self.cards, self.line, self.areKeysWeak) = (cards, line, areKeysWeak)
        maximumBytes = policy.listBytes
        tokens = TokenKeeper(kind: policy.token)
    }

    /// What the box holds, as heartbeats say it.
    func versions(_ state: BoxState) -> Versions {
        var versions = Versions()
        versions.cards = cards.version
        versions.cardIncrement = cards.incrementVersion
        versions.lineCards = line.version
        versions.keys = state.keys.current?.version ?? "0"
        return versions
    }

    /// What need not be fetched: what the box holds, and what it has no memory for.
    private func settledVersions(_ state: BoxState) -> Versions {
        var versions = versions(state)
        if let named = plan.named(.fullCards), named == state.tooLarge.cards { versions.cards = named }
        if let named = plan.named(.cardIncrement), named == state.tooLarge.cardIncrement { versions.cardIncrement = named }
        if let named = plan.named(.lineCards), named == state.tooLarge.lineCards { versions.lineCards = named }
        return versions
    }

    /// The version that was asked for is too large: it is noted, so that no start and no heartbeat has it fetched in vain again.
    private func noteTooLarge(_ download: Download, _ state: inout BoxState) {
        switch download {
        case .fullCards: state.tooLarge.cards = plan.named(download)
        case .cardIncrement: state.tooLarge.cardIncrement = plan.named(download)
        case .lineCards: state.tooLarge.lineCards = plan.named(download)
        case .keys: break
        }
    }

    // MARK: What to fetch

    /// Takes the versions of a live heartbeat's reply.
    mutating func learn(_ named: NamedVersions) { plan.learn(named) }

    /// A technician wants it whatever the versions say.
    ///
    /// - Parameter full: of the cards, the whole list and not the increment.
    mutating func force(_ target: DownloadTarget, full: Bool) {
        switch target {
        case .cards: plan.force(full ? .fullCards : .cardIncrement)
        case .line: plan.force(.lineCards)
        case .keys: plan.force(.keys)
        }
    }

    /// When `startIfDue` has something to do that it has not now; nil while a download is in progress.
    func nextDeadline(_ state: BoxState) -> Instant? {
        guard case .idle = stage else { return nil }
        return plan.nextDeadline(held: settledVersions(state))
    }

    /// The request by which the next download begins, if one is due.
    mutating func startIfDue(_ state: BoxState, at now: Instant) -> PlatformRequest.Content? {
        guard case .idle = stage, let download = plan.next(held: settledVersions(state), at: now) else { return nil }
        return start(download, state, at: now)
    }

    private mutating func start(_ download: Download, _ state: BoxState, at now: Instant) -> PlatformRequest.Content {
        guard let token = tokens.token(at: now) else {
            stage = .fetchingToken(download)
            return .token
        }
        stage = .fetching(download, since: now)
        return switch download {
        case .fullCards: .fullCardList(token: token, enterpriseID: state.enterpriseID)
        case .cardIncrement: .cardIncrement(token: token, enterpriseID: state.enterpriseID)
        case .lineCards: .lineCardList(token: token, enterpriseID: state.enterpriseID)
        case .keys: .keys(token: token)
        }
    }

    // MARK: What came of it

    /// Takes the outcome of the request that was last given.
    ///
    /// - Parameters:
    ///   - state: gets new keys.
    ///   - time: now, if a clock is trusted.
    /// - Returns: the request that is to follow, if one is.
    mutating func take(
        _ result: Result<PlatformReply, ExchangeFailure>, _ state: inout BoxState, at now: Instant, time: WallTime?,
        random: inout SeededGenerator, effects: inout [Effect]
    ) -> PlatformRequest.Content? {
        do throws(Setback) {
            switch stage {
            case .fetchingToken(let download):
                try takeToken(result, at: now, effects: &effects)
                return start(download, state, at: now)
            case .fetching(let download, let since):
                return try take(result, of: download, since: since, &state, at: now, time: time, effects: &effects)
            case .idle, .building, .saving: return nil
            }
        } catch {
            abandon(error.reason, retryAfter: error.retryAfter, at: now, random: &random, effects: &effects)
            return nil
        }
    }

    /// Why a download comes to nothing.
    private struct Setback: Error {
        var reason: String
        var retryAfter: Duration?
    }

    private mutating func takeToken(
        _ result: Result<PlatformReply, ExchangeFailure>, at now: Instant, effects: inout [Effect]
    ) throws(Setback) {
        switch result {
        case .success(.token(let verdict, let token)):
            guard verdict.code == 0, let token else {
                throw Setback(reason: "platform refuses a token: \(verdict.code) \(verdict.message.quoted); check platform.token")
            }
            if let oddity = token.oddLifetime { effects.tell(.warning, "in the reply to the token call, \(oddity)") }
            tokens.learn(token, at: now)
        case .success: throw Setback(reason: "the platform's answer to the token call is none")
        case .failure(let failure): throw Setback(reason: "no token: \(failure.text)", retryAfter: failure.retryAfter)
        }
    }

    private mutating func take(
        _ result: Result<PlatformReply, ExchangeFailure>, of download: Download, since: Instant, _ state: inout BoxState,
        at now: Instant, time: WallTime?, effects: inout [Effect]
    ) throws(Setback) -> PlatformRequest.Content? {
        let refusal: PlatformReply.Verdict
        switch result {
        case .failure(let failure):
            // A gateway refuses a token by its HTTP status: the next try has a fresh one.
            if failure.kind == .status { _ = tokens.drop(usedSince: since) }
            if failure.isTooLarge { noteTooLarge(download, &state) }
            throw Setback(reason: "\(download.name): \(failure.text)", retryAfter: failure.retryAfter)
        case .success(.list(let reply)) where reply.verdict.code == 0:
            guard let version = reply.version, let entries = reply.entries else {
                throw Setback(reason: "\(download.name): the reply has no list")
            }
            guard let kind = download.list else {
                throw Setback(reason: "\(download.name): the reply belongs to another call")
            }
            if reply.skipped > 0 {
                effects.tell(
                    .warning, "\(download.name) \(version.logField): \(reply.skipped) rows without a usable card_no left out")
            }
            let bytes = byteCount(toBuild: entries, of: download)
            guard bytes <= maximumBytes else {
                noteTooLarge(download, &state)
                throw Setback(
                    reason: """
                        \(download.name) \(version.logField): to take its \(entries.count) rows over needs \(bytes >> 20) MiB of memory, and this \
                        box has \(maximumBytes >> 20) MiB for lists: shorten it. That version is not fetched again
                        """)
            }
            build(kind, entries, version: version, of: download, at: now, effects: &effects)
            return nil
        case .success(.keys(let verdict, let group?, let leftOut)) where verdict.code == 0:
            if let leftOut {
                effects.tell(.warning, "\(download.name) \(group.version.logField): left out what is no key: \(leftOut)")
            }
            state.keys.adopt(group, at: time)
            let strength = areKeysWeak ? "; weak: set tickets.secret_file" : ""
            let revocation = group.revokedVersion.map { "; \($0.logField) and all before it revoked" } ?? ""
            noteAdopted(
                .keys, version: group.version, "\(group.keys.count) keys\(strength)\(revocation)", at: now, effects: &effects)
            return nil
        case .success(.list(let reply)): refusal = reply.verdict
        case .success(.keys(let verdict, _, _)): refusal = verdict
        case .success: throw Setback(reason: "\(download.name): the reply belongs to another call")
        }
        // The call may be refused for its token: one try with a fresh one.
        if tokens.drop(usedSince: since) { return start(download, state, at: now) }
        throw Setback(reason: "\(download.name) refused: \(refusal.code) \(refusal.message.quoted)")
    }

    // MARK: A list's way into force

    /// Of memory, the lists in force and the new one together, at the most.
    private func byteCount(toBuild entries: CardListBuilder, of download: Download) -> Int {
        let held = cards.cards.byteCount + line.cards.byteCount
        guard download == .cardIncrement else { return held + entries.byteCount }
        // The new tables hold the old ones' cards too, and the rows are kept to be written one by one.
        return held + entries.byteCount + cards.cards.byteCount + entries.count * MemoryLayout<CardListEntry>.stride
    }

    private mutating func build(
        _ kind: ListKind, _ entries: CardListBuilder, version: String, of download: Download, at now: Instant,
        effects: inout [Effect]
    ) {
        let held = kind == .line ? line.cards : cards.cards
        if download != .cardIncrement, entries.wouldEmpty(held), !plan.isConfirmed(version, of: download) {
            plan.holdBack(version, of: download, at: now)
            stage = .idle
            effects.tell(
                .error,
                """
                \(download.name) \(version.logField) has \(entries.count) cards, \(entries.listedCount) with flag 1, where \(held.count) are \
                held, \(held.white.count) with flag 1: kept the old one; it is adopted when the next heartbeat names that version \
                again
                """)
            return
        }
        var adoption = Adoption(download: download, version: version)
        if download == .cardIncrement { adoption.entries = entries.entries }
        stage = .building(adoption)
        effects.append(.buildList(kind, entries, base: download == .cardIncrement ? cards.cards : nil))
    }

    /// The list that `buildList` asked for is built: it is to be made durable.
    ///
    /// - Parameter time: now, if a clock is trusted.
    mutating func saveBuilt(_ kind: ListKind, _ list: CardList, time: WallTime?, effects: inout [Effect]) {
        guard case .building(let adoption) = stage, adoption.download.list == kind else {
            preconditionFailure("a list is built when it was asked for, once")
        }
        var held = HeldList(version: adoption.version, adopted: time, cards: list)
        if adoption.download == .cardIncrement { (held.version, held.incrementVersion) = (cards.version, adoption.version) }
        stage = .saving(adoption, held)
        effects.append(
            adoption.download == .cardIncrement
                ? .saveIncrement(kind, held, entries: adoption.entries) : .saveList(kind, held))
    }

    /// The list is durable, and in force from now on.
    mutating func adoptSaved(_ kind: ListKind, at now: Instant, effects: inout [Effect]) {
        guard case .saving(let adoption, let held) = stage, adoption.download.list == kind else {
            preconditionFailure("a list is saved when it was handed out to be, once")
        }
        precondition(kind == .cards || held.incrementVersion == "0", "a line list has no increments")
        switch kind {
        case .cards: cards = held
        case .line: line = held
        }
        let content = "\(held.cards.white.count) listed, \(held.cards.blocked.count) blocked"
        noteAdopted(adoption.download, version: adoption.version, content, at: now, effects: &effects)
    }

    private mutating func noteAdopted(
        _ download: Download, version: String, _ content: String, at now: Instant, effects: inout [Effect]
    ) {
        stage = .idle
        effects.tell(.info, "\(download.name) \(version.logField) in force: \(content)")
        if case .unsettled(let pause) = plan.adopted(download, version: version, at: now) {
            effects.tell(
                .warning,
                """
                \(download.name): the platform sent version \(version.logField) although its heartbeat names \
                \(plan.named(download)?.logField ?? "none"); trying again in \(pause.wholeMilliseconds / 60_000) minutes
                """)
        }
    }

    /// The list could not be made durable.
    mutating func abandonSaving(
        _ kind: ListKind, because reason: String, at now: Instant, random: inout SeededGenerator, effects: inout [Effect]
    ) {
        guard case .saving(let adoption, _) = stage, adoption.download.list == kind else {
            preconditionFailure("a list is saved when it was handed out to be, once")
        }
        abandon("\(kind.name) list not saved: \(reason)", at: now, random: &random, effects: &effects)
    }

    /// The download in progress comes to nothing; what is held stays in force.
    private mutating func abandon(
        _ reason: String, retryAfter: Duration? = nil, at now: Instant, random: inout SeededGenerator, effects: inout [Effect]
    ) {
        let download: Download
        switch stage {
        case .idle: return
        case .fetchingToken(let pending), .fetching(let pending, _): download = pending
        case .building(let adoption), .saving(let adoption, _): download = adoption.download
        }
        stage = .idle
        plan.failed(download, retryAfter: retryAfter, at: now, using: &random)
        effects.tell(.warning, "\(reason); the old one stays in force")
    }
}
