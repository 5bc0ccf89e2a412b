import Base
import Fares
import HubDomain
import HubServices
import HubStore
import OperatingSystem
import PlatformAPI

/// The platform's lists and keys: fetched once for all devices, loaded beside what is in force, and adopted whole or not at all.
extension UpstreamSender {
    /// Of several hubs one fetches a list; after so long another goes on for one that died over it.
    private static let listLease = Duration.seconds(600)
    /// Before this hub looks again whether another one has fetched it.
    private static let otherHubsTime = Duration.seconds(30)
    /// After each slice of a list, in which others come to write.
    private static let slicePause = Duration.milliseconds(5)
    /// All lists are looked at so often, those of single devices too.
    private static let scanInterval = Duration.seconds(60)

    // MARK: What is held

    /// The versions that a heartbeat's reply named.
    func learn(_ named: NamedVersions, of deviceID: String, enterprise: String, at now: Moment) {
        let versions: [(ListItem, String?)] = [
            (.cards(enterprise: enterprise), named.cards), (.increment(enterprise: enterprise), named.cardIncrement),
            (.line(device: deviceID), named.lineCards), (.keys(enterprise: enterprise), named.keys),
        ]
        for (item, version) in versions {
            guard let version else { continue }
            lists.learn(item, named: version, held: heldVersion(of: item), by: deviceID)
        }
        fetchLists()
    }

    private func heldVersion(of item: ListItem) -> String? {
        switch item {
        case .keys(let id): board.keys(ofEnterprise: id)?.current?.version
        case .cards, .increment, .line: item.selection.flatMap { board.version(of: $0) }
        }
    }

    /// What is in force and what is held, of all lists.
    func scanLists() async throws {
        lastListScan = Clocks.now().instant
        let byLine = Dictionary(grouping: try await store.generations(), by: \.line)
        for (line, generations) in byLine {
            for item in ListItem.items(ofGenerationLine: line) {
                guard let selection = item.selection else { continue }
                take(ListEdition(selection, of: generations), as: item)
            }
            for held in generations where held.state == .held {
                guard let item = ListItem.items(ofGenerationLine: line).first else { continue }
                lists.remember(item, heldVersion: held.name)
            }
        }
        let held = byLine.values.joined().count { $0.state == .held }
        board.update { $0.heldLists = held }
    }

    /// What operators and other hubs may have changed.
    func lookAtLists() async throws {
        guard lastListScan.map({ Clocks.now().instant - $0 < Self.scanInterval }) ?? false else { return try await scanLists() }
        for id in board.enterprises {
            try await look(at: .cards(enterprise: id))
            try await look(at: .increment(enterprise: id))
            try await lookAtKeys(ofEnterprise: id)
        }
        let held = try await store.heldGenerations().count
        board.update { $0.heldLists = held }
    }

    private func look(at item: ListItem) async throws {
        guard let selection = item.selection else { return }
        take(try await store.edition(of: selection), as: item)
    }

    private func lookAtKeys(ofEnterprise id: String) async throws {
        guard let document = try await forwards.document(UpstreamDocument.keys(enterpriseID: id).name),
            let ring = KeyRing(json: document.body)
        else { return }
        board.set(ring, ofEnterprise: id)
        lists.weigh(.keys(enterprise: id), held: ring.current?.version)
    }

    private func take(_ edition: ListEdition, as item: ListItem) {
        let version = edition.version == 0 ? nil : edition.versionText
        board.set(edition)
        lists.weigh(item, held: version)
    }

    // MARK: Fetching

    /// Begins what is due.
    func fetchLists() {
        guard !isStopped, !schedule.outage.isAway else { return }
        while let (item, asker, version) = lists.next(at: Clocks.now().instant) {
            Task { await fetch(item, named: version, by: asker) }
        }
    }

    private func fetch(_ item: ListItem, named: String, by asker: String) async {
        let lease = "upstream \(item.label) \(item.owner)"
        do {
            let isMine = try await store.lease(lease, holder: holder, for: Self.listLease, at: Clocks.now().system)
            guard isMine else {
                let later = Clocks.now().instant + Self.otherHubsTime
                return lists.givenUp(item, held: heldVersion(of: item), until: later)
            }
            do {
                try await fetchUnderLease(item, named: named, by: asker)
            } catch {
                try? await store.endLease(lease, holder: holder)
                throw error
            }
            try await store.endLease(lease, holder: holder)
        } catch {
            let setback = error as? ListSetback
            // Not held back behind what goes away by itself.
            let isAlarm = setback?.isAlarm ?? false
            let now = Clocks.now().instant
            metrics.countDownload(item.label, "failed")
            var random = SeededGenerator(seed: UInt64(truncatingIfNeeded: now.nanoseconds))
            lists.failed(item, retryAfter: setback?.retryAfter, at: now, using: &random)
            notices.tell(
                isAlarm ? .error : .warning, isAlarm ? .tokens : .lists,
                "\(item.title) \(named.logField) not fetched: \(setback?.reason ?? "\(error)"); what is held stays in force",
                at: now)
        }
        fetchLists()
    }

    private func fetchUnderLease(_ item: ListItem, named: String, by asker: String) async throws {
        // Another hub may have it by now.
        if case .keys(let id) = item { try await lookAtKeys(ofEnterprise: id) } else { try await look(at: item) }
        if heldVersion(of: item) == named { return lists.givenUp(item, held: named, until: nil) }
        let enterprise = board.orders(of: asker)?.enterpriseID
        let reply = try await ask(as: try identities.upstreamID(of: asker)) { token in
            switch item {
            case .cards: .fullCardList(token: token, enterpriseID: enterprise)
            case .increment: .cardIncrement(token: token, enterpriseID: enterprise)
            case .line: .lineCardList(token: token, enterpriseID: enterprise)
            case .keys: .keys(token: token)
            }
        }
        switch (item, reply) {
        case (.keys(let id), .keys(_, let group?, let leftOut)):
            if let leftOut { tell("left out what is no key: \(leftOut)", of: item, group.version) }
            try await adopt(group, ofEnterprise: id)
        case (.cards, .list(let list)), (.increment, .list(let list)), (.line, .list(let list)):
            guard let version = list.version, let builder = list.entries else {
                throw ListSetback(reason: "the reply has no list")
            }
            if list.skipped > 0 { tell("\(list.skipped) rows without a usable card_no left out", of: item, version) }
            try await load(await Self.entries(of: builder), as: item, version: version)
        default: throw ListSetback(reason: "the reply belongs to another call")
        }
    }

    /// A million rows take a while, in which riders must not wait.
    @concurrent nonisolated private static func entries(of builder: CardListBuilder) async -> [CardListEntry] { builder.entries }

    private func tell(_ text: String, of item: ListItem, _ version: String) {
        notices.tell(.warning, .lists, "\(item.title) \(version.logField): \(text)", at: Clocks.now().instant)
    }

    // MARK: Adopting

    private func adopt(_ group: KeyGroup, ofEnterprise id: String) async throws {
        let now = Clocks.now().system
        var ring = board.keys(ofEnterprise: id) ?? KeyRing()
        ring.adopt(group, at: now)
        // Boxes are told what is revoked, as the platform tells it.
        ring.current = group
        try await forwards.keep([
            StoredDocument(name: UpstreamDocument.keys(enterpriseID: id).name, body: ring.json, changed: now)
        ])
        board.set(ring, ofEnterprise: id)
        noteAdopted(.keys(enterprise: id), group.version, "\(group.keys.count) keys")
    }

    private func load(_ entries: [CardListEntry], as item: ListItem, version: String) async throws {
        guard let selection = item.selection else { preconditionFailure("keys are no list") }
        let generation = try await store.beginGeneration(
            of: selection, isReplacing: !selection.isIncrement, at: Clocks.now().system)
        do {
            var rest = entries[...]
            while !rest.isEmpty {
                let slice = rest.prefix(CardImport.cardsAtOnce)
                rest = rest.dropFirst(slice.count)
                _ = try await store.append(Array(slice), to: generation, at: Clocks.now().system)
                try await Task.sleep(for: Self.slicePause)
            }
            let doubt = selection.isIncrement ? nil : ListDoubt(count: entries.count, former: try await count(of: selection))
            let now = Clocks.now()
            if let doubt {
                try await store.hold(generation: generation, named: version, at: now.system)
                return hold(item, version, doubt, generation, at: now.instant)
            }
            _ = try await store.adopt(generation: generation, named: version, at: now.system)
        } catch {
            try? await store.discard(generation: generation, at: Clocks.now().system)
            throw error
        }
        board.set(try await store.edition(of: selection))
        if case .cards(let id) = item { board.set(try await store.edition(of: .enterpriseIncrement(enterpriseID: id))) }
        noteAdopted(item, version, "\(entries.count) cards")
    }

    /// Cards of the full list in force.
    private func count(of selection: ListSelection) async throws -> Int {
        let former = try await store.generations().last {
            $0.state == .inForce && $0.isFull && $0.line == selection.generationLine
        }
        return Int(former?.rows ?? 0)
    }

    private func hold(_ item: ListItem, _ version: String, _ doubt: ListDoubt, _ generation: Int64, at now: Instant) {
        lists.held(item, version: version, at: now)
        metrics.countDownload(item.label, "held")
        board.update { $0.heldLists += 1 }
        notices.tell(
            .error,
            """
            \(item.title) \(version.logField) \(doubt.text): kept the old one; look at it with validator-hub lists, then --adopt \
            \(generation) or --discard \(generation)
            """)
    }

    private func noteAdopted(_ item: ListItem, _ version: String, _ content: String) {
        metrics.countDownload(item.label, "adopted")
        notices.tell(.notice, "\(item.title) \(version.logField) in force: \(content)")
        guard let pause = lists.adopted(item, version: version, at: Clocks.now().instant) else { return }
        tell(
            "the platform sent it although its heartbeats name another; fetched again in \(pause.wholeSeconds / 60) minutes",
            of: item, version)
    }
}

extension ListItem {
    /// For notices.
    fileprivate var title: String {
        switch self {
        case .cards(let id): "card list of enterprise=\(id.logField)"
        case .increment(let id): "card list increment of enterprise=\(id.logField)"
        case .line(let id): "line list of device=\(id.logField)"
        case .keys(let id): "ticket keys of enterprise=\(id.logField)"
        }
    }

    /// Those that generations of that line make; none for lists of the hub's own.
    fileprivate static func items(ofGenerationLine line: String) -> [ListItem] {
        switch ListSelection(generationLine: line) {
        case .enterpriseCards(let id), .enterpriseIncrement(let id): [.cards(enterprise: id), .increment(enterprise: id)]
        case .deviceLine(let id): [.line(device: id)]
        case .cards, .cardIncrement, .line: []
        }
    }
}
