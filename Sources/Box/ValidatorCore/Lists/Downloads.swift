import Base
import Fares
import PlatformAPI

/// Fetching lists and keys: one at a time, adopted whole and durable or not at all (readings 7 and 8).
extension Validator {
    /// How far the one download in progress has come.
    enum SyncStage: Sendable {
        case idle
        /// The download waits for an access token.
        case fetchingToken(SyncPlan.Download)
        case fetching(SyncPlan.Download, since: Instant)
        case building(Adoption)
        case saving(Adoption, HeldList)
    }

    /// A list on its way into force.
    struct Adoption: Sendable {
        var download: SyncPlan.Download
        var version: String
        /// The rows of an increment; empty for a full list.
        var entries: [CardListEntry] = []
    }

    mutating func force(_ target: SyncTarget, full: Bool) {
        switch target {
        case .cards: plan.force(full ? .fullCards : .cardIncrement)
        case .line: plan.force(.lineCards)
        case .keys: plan.force(.keys)
        }
    }

    mutating func downloadIfDue(at moment: Moment) {
        guard case .idle = sync, let download = plan.next(held: versions, at: moment.instant) else { return }
        start(download, at: moment)
    }

    private mutating func start(_ download: SyncPlan.Download, at moment: Moment) {
        guard let token = tokens.token(at: moment.instant) else {
            sync = .fetchingToken(download)
            _ = send(.token, as: newID(at: moment), for: .token)
            return
        }
        sync = .fetching(download, since: moment.instant)
        let content: PlatformRequest.Content =
            switch download {
            case .fullCards: .fullCardList(token: token, enterpriseID: state.enterpriseID)
            case .cardIncrement: .cardIncrement(token: token, enterpriseID: state.enterpriseID)
            case .lineCards: .lineCardList(token: token, enterpriseID: state.enterpriseID)
            case .keys: .keys(token: token)
            }
        _ = send(content, as: newID(at: moment), for: .download)
    }

    mutating func finishToken(_ result: Result<PlatformReply, ExchangeFailure>, at moment: Moment) {
        guard case .fetchingToken(let download) = sync else { return }
        switch result {
        case .success(.token(let verdict, let token)):
            guard verdict.code == 0, let token else {
                abandonDownload("platform refuses a token: \(verdict.code) \(verdict.message); check platform.token", at: moment)
                return
            }
            tokens.learn(token, at: moment.instant)
            start(download, at: moment)
        case .success: abandonDownload("the platform's answer to the token call is none", at: moment)
        case .failure(let failure): abandonDownload("no token: \(failure.text)", at: moment)
        }
    }

    mutating func finishDownload(_ result: Result<PlatformReply, ExchangeFailure>, at moment: Moment) {
        guard case .fetching(let download, let since) = sync else { return }
        switch result {
        case .failure(let failure):
            // A gateway refuses a token by its HTTP status: the next try has a fresh one.
            if failure.kind == .status { _ = tokens.drop(usedSince: since) }
            abandonDownload("\(download.name): \(failure.text)", at: moment)
        case .success(.list(let reply)) where reply.verdict.code == 0:
            guard let version = reply.version, let entries = reply.entries else {
                abandonDownload("\(download.name): the reply has no list", at: moment)
                return
            }
            if reply.skipped > 0 {
                notice(.warning, "\(download.name) \(version): \(reply.skipped) rows without a usable card_no left out")
            }
            take(entries, version: version, of: download, at: moment)
        case .success(.keys(let verdict, let group?)) where verdict.code == 0: adopt(group, at: moment)
        case .success(.list(let reply)): retryOrAbandon(download, reply.verdict, since: since, at: moment)
        case .success(.keys(let verdict, _)): retryOrAbandon(download, verdict, since: since, at: moment)
        case .success: abandonDownload("\(download.name): the reply belongs to another call", at: moment)
        }
    }

    /// A refused call may be refused for its token: one try with a fresh one.
    private mutating func retryOrAbandon(
        _ download: SyncPlan.Download, _ verdict: PlatformReply.Verdict, since: Instant, at moment: Moment
    ) {
        if tokens.drop(usedSince: since) {
            start(download, at: moment)
        } else {
            abandonDownload("\(download.name) refused: \(verdict.code) \(verdict.message)", at: moment)
        }
    }

    private mutating func take(
        _ entries: CardListBuilder, version: String, of download: SyncPlan.Download, at moment: Moment
    ) {
        let kind: ListKind = download == .lineCards ? .line : .cards
        let held = kind == .line ? line.cards : cards.cards
        if download != .cardIncrement, entries.wouldEmpty(held), !plan.isConfirmed(version, of: download) {
            plan.holdBack(version, of: download, at: moment.instant)
            sync = .idle
            notice(
                .error,
                """
                \(download.name) \(version) has \(entries.count) cards, \(entries.listedCount) with flag 1, where \(held.count) are \
                held, \(held.white.count) with flag 1: kept the old one; it is adopted when the next heartbeat names that version \
                again
                """)
            return
        }
        var adoption = Adoption(download: download, version: version)
        if download == .cardIncrement { adoption.entries = entries.entries }
        sync = .building(adoption)
        effects.append(.buildList(kind, entries, base: download == .cardIncrement ? cards.cards : nil))
    }

    mutating func saveBuilt(_ kind: ListKind, _ list: CardList, at moment: Moment) {
        guard case .building(let adoption) = sync else { return }
        var held = HeldList(version: adoption.version, adopted: clock.trusted(at: moment), cards: list)
        if adoption.download == .cardIncrement { (held.version, held.incrementVersion) = (cards.version, adoption.version) }
        sync = .saving(adoption, held)
        effects.append(
            adoption.download == .cardIncrement
                ? .saveIncrement(kind, held, entries: adoption.entries) : .saveList(kind, held))
    }

    mutating func adoptSaved(_ kind: ListKind, at moment: Moment) {
        guard case .saving(let adoption, let held) = sync else { return }
        switch kind {
        case .cards: cards = held
        case .line: line = held
        }
        sync = .idle
        let content = "\(held.cards.white.count) listed, \(held.cards.blocked.count) blocked"
        noteAdopted(adoption.download, version: adoption.version, content, at: moment)
    }

    private mutating func adopt(_ group: KeyGroup, at moment: Moment) {
        state.keys.adopt(group, at: clock.trusted(at: moment))
        saveStateIfChanged()
        sync = .idle
        let strength = codec.isWeak ? "; weak: set tickets.secret_file" : ""
        noteAdopted(.keys, version: group.version, "\(group.keys.count) keys\(strength)", at: moment)
    }

    private mutating func noteAdopted(_ download: SyncPlan.Download, version: String, _ content: String, at moment: Moment) {
        notice(.info, "\(download.name) \(version) in force: \(content)")
        if plan.adopted(download, version: version, at: moment.instant) {
            notice(
                .warning,
                """
                \(download.name): the platform sent version \(version) although its heartbeat names \
                \(plan.named(download) ?? "none"); trying again in 10 minutes
                """)
        }
    }

    mutating func abandonDownload(_ reason: String, at moment: Moment) {
        let download: SyncPlan.Download
        switch sync {
        case .idle: return
        case .fetchingToken(let pending), .fetching(let pending, _): download = pending
        case .building(let adoption), .saving(let adoption, _): download = adoption.download
        }
        sync = .idle
        plan.failed(download, at: moment.instant, using: &random)
        notice(.warning, "\(reason); the old one stays in force")
    }
}
