import Base
import BoxEngine
import Fares
import PlatformAPI
import Testing
import ValidatorCore

@testable import SQLite
@testable import Storage

@Suite("A box at work")
struct BoxTests {
    private let world = World()

    private func card(_ number: UInt8) -> Event { .card(uid: [0, 0, 0, number], reader: 0) }

    private func setRoom(_ box: Box, pages: Int) {
        box.attempt { outbox throws(StorageError) in try outbox.database.execute("PRAGMA max_page_count = \(pages)") }
    }

    @Test("the taps of one turn are one commit, and their lights come after it")
    func oneCommit() throws {
        let box = try world.makeBox()
        box.handle(card(1), at: world.moment)
        box.handle(card(2), at: world.moment)
        #expect(world.takeDeeds().filter { !$0.isSending } == [.decided(1), .decided(1)])
        #expect(box.wantsTurn && box.hasTaps)
        box.endTurn()
        #expect(
            world.takeDeeds().filter { !$0.isSending } == [.stored(2), .lit(isGreen: true, .ok), .lit(isGreen: true, .ok)])
        #expect(!box.wantsTurn && box.counts.records == 4)
    }

    @Test("an event that comes of an effect waits until the effects before it are carried out")
    func order() throws {
        let box = try world.makeBox()
        var handled: [World.Deed] = []
        world.onSend = { [world] _ in
            // A reader reports in the middle of a send.
            guard handled.isEmpty else { return }
            handled = world.takeDeeds()
            box.handle(.card(uid: [0, 0, 0, 9], reader: 0), at: world.moment)
            #expect(world.takeDeeds().isEmpty, "nothing of it happens within the send")
        }
        box.handle(.timer, at: world.moment)
        #expect(handled.count == 1, "the first heartbeat")
        #expect(world.takeDeeds().contains(.decided(1)))
    }

    @Test("a turn that cannot be stored is refused, red and without a record, and the next one is stored when there is room")
    func fullDisk() throws {
        let box = try world.makeBox()
        setRoom(box, pages: 1)
        // More than fits into the pages that there are.
        for rider in UInt8(0)..<200 { box.handle(card(rider), at: world.moment) }
        box.endTurn()
        let deeds = world.takeDeeds()
        #expect(deeds.contains(.notStored(200)) && !deeds.contains(.stored(200)))
        #expect(deeds.count { $0 == .lit(isGreen: false, .outOfService) } == 200)
        #expect(box.failingSince == world.moment.instant && box.counts.records == 0)
        setRoom(box, pages: 100_000)
        box.handle(card(1), at: world.moment)
        box.endTurn()
        #expect(world.takeDeeds().contains(.lit(isGreen: true, .ok)))
        #expect(box.failingSince == nil)
    }

    @Test("a list is built in slices between which riders are served")
    func slices() throws {
        let box = try world.makeBox(sliceRows: 16)
        try fetchFullList(of: 100, box)
        var slices = 0
        while box.wantsTurn, slices < 100 {
            slices += 1
            let rider = UInt8(slices)
            box.handle(card(rider), at: world.moment)
            box.endTurn()
            #expect(world.takeDeeds().contains(.stored(1)))
        }
        #expect(slices >= 100 / 16)
        #expect(world.lists[.cards]?.cards.count == 100)
        #expect(box.validator.cards.version == "0", "not in force before it is durable")
        box.snapshotWritten(
            .cards, .success(try ListSnapshot.write(try #require(world.lists[.cards]), kind: .cards, folder: world.folder)))
        #expect(box.validator.cards.version == "7")
    }

    @Test("a box without anything to do is not woken for its outbox")
    func idle() throws {
        let box = try world.makeBox()
        box.handle(.timer, at: world.moment)
        // It is written and kept up, each some time after the one before.
        for _ in 0..<45 {
            world.pass(.milliseconds(100))
            box.wake()
        }
        #expect(box.isSettled)
        #expect(box.nextDue == box.validator.nextDeadline(at: world.moment.instant))
    }

    @Test("a box that is halted writes nothing more, whatever it is told")
    func halted() throws {
        let box = try world.makeBox()
        box.handle(card(1), at: world.moment)
        box.halt()
        _ = world.takeDeeds()
        box.endTurn()
        box.handle(card(2), at: world.moment)
        box.wake()
        #expect(world.takeDeeds().isEmpty && !box.wantsTurn)
        #expect(!box.flush() && box.attempt { _ throws(StorageError) in true } == nil)
    }

    /// The platform names a version, gives a token, and sends a list of so many cards.
    private func fetchFullList(of count: Int, _ box: Box) throws {
        func answer(_ reply: PlatformReply, to isRight: (PlatformRequest.Content) -> Bool) throws {
            let id = try #require(world.requests.first { isRight($0.value.content) }?.key)
            box.handle(.reply(id, .success(reply)), at: world.moment)
        }
        let good = PlatformReply.Verdict(code: 0, message: "")
        box.handle(.timer, at: world.moment)
        var versions = Versions()
        versions.cards = "7"
        var modes = Modes()
        modes.whiteListRequired = false
        try answer(
            .heartbeat(
                PlatformReply.HeartbeatReply(
                    verdict: good,
                    content: .init(
                        enterpriseID: nil, serverTime: world.moment.system, modes: modes, versions: versions, window: nil)))
        ) { if case .heartbeat = $0 { true } else { false } }
        try answer(.token(good, PlatformReply.Token(text: "t", expiresInSeconds: 3600))) {
            if case .token = $0 { true } else { false }
        }
        var entries = CardListBuilder(unlisted: .blocked)
        for number in 0..<count {
            let card = try #require(CardNumber("AA" + String(100_000 + number)))
            entries.append(CardListEntry(card: card, isListed: true))
        }
        _ = world.takeDeeds()
        try answer(.list(PlatformReply.ListReply(verdict: good, version: "7", entries: entries, skipped: 0))) {
            if case .fullCardList = $0 { true } else { false }
        }
    }
}

extension World.Deed {
    fileprivate var isSending: Bool {
        if case .sent = self { true } else { false }
    }
}
