import Base
import Testing

@testable import Fares
@testable import PlatformAPI
@testable import ValidatorCore

@Suite("Fetching lists and keys")
struct DownloadTests {
    func box(restored: Validator.Restored = Validator.Restored(), token: Policy.TokenKind = .fixed("secret")) -> TestBox {
        var policy = TestBox.policy()
        policy.reportInterval = .seconds(5)
        policy.token = token
        return TestBox(policy: policy, restored: restored)
    }

    /// A heartbeat whose reply names these versions.
    func beat(_ box: inout TestBox, _ change: (inout Versions) -> Void) {
        var versions = Versions()
        change(&versions)
        box.advance(by: .seconds(5))
        let id = box.requests.last { $0.request.content.name == "heartbeat" }!.id
        box.reply(id, .heartbeat(versions: versions))
    }

    func downloads(_ box: TestBox) -> [String] {
        box.requests.map(\.request.content.name).filter { ["full", "increment", "line", "keys", "token"].contains($0) }
    }

    func list(_ numbers: [String], version: String, isListed: Bool = true) -> PlatformReply {
        var builder = CardListBuilder(unlisted: .blocked)
        for number in numbers { builder.append(CardListEntry(card: CardNumber(number)!, isListed: isListed)) }
        return .list(.init(verdict: .init(code: 0, message: ""), version: version, entries: builder, skipped: 0))
    }

    /// Answers the last download and carries building and saving out.
    func answer(_ box: inout TestBox, _ reply: PlatformReply, saved: Bool = true) {
        let before = box.effects.count
        box.reply(box.requests.last { $0.request.content.name != "heartbeat" }!.id, reply)
        for effect in box.effects[before...] {
            guard case .buildList(let kind, let builder, let base) = effect else { continue }
            var build = builder.build(on: base)
            box.handle(.listBuilt(kind, build.step(rows: .max)!))
            box.handle(saved ? .listSaved(kind) : .listNotSaved(kind, reason: "disk full"))
        }
    }

    @Test("nothing is fetched while the versions agree")
    func agree() {
        var box = box()
        beat(&box) { _ in }
        #expect(downloads(box).isEmpty)
    }

    @Test("full before increment before line before keys, one at a time, each with the token")
    func order() {
        var box = box()
        let change: (inout Versions) -> Void = {
            $0.cards = "2"; $0.cardIncrement = "5"; $0.lineCards = "7"; $0.keys = "9"
        }
        beat(&box, change)
        #expect(downloads(box) == ["full"])
        answer(&box, list(["AA"], version: "2"))
        #expect(downloads(box) == ["full", "increment"])
        answer(&box, list(["BB"], version: "5"))
        answer(&box, list(["AA", "BB"], version: "7"))
        #expect(downloads(box) == ["full", "increment", "line", "keys"])
        answer(&box, .keys(.init(code: 0, message: ""), KeyGroup(version: "9", keys: [.init(id: 1, text: "k")])))
        #expect(box.validator.versions.cards == "2" && box.validator.versions.cardIncrement == "5")
        #expect(box.validator.versions.lineCards == "7" && box.validator.versions.keys == "9")
        #expect(box.validator.cards.cards.white.count == 2)
        beat(&box, change)
        #expect(downloads(box).count == 4)
    }

    @Test("adopting a full list drops the increments: version_code_add goes back to 0 and type 2 follows")
    func fullResetsIncrement() {
        var restored = TestBox.holding(listed: ["AA"])
        restored.cards.incrementVersion = "5"
        var box = box(restored: restored)
        beat(&box) {
            $0.cards = "2"; $0.cardIncrement = "5"; $0.lineCards = "1"
        }
        answer(&box, list(["CC"], version: "2"))
        #expect(box.validator.versions.cardIncrement == "0" && downloads(box) == ["full", "increment"])
        #expect(
            box.validator.cards.cards.white.contains(CardNumber("CC")!)
                && !box.validator.cards.cards.white.contains(CardNumber("AA")!))
    }

    @Test("after a full list the increment follows at once, even if the one before it brought the wrong version")
    func fullForgetsIncrementTrouble() {
        var box = box(restored: TestBox.holding(listed: ["AA"]))
        beat(&box) {
            $0.cards = "1"; $0.cardIncrement = "5"; $0.lineCards = "1"
        }
        answer(&box, list(["BB"], version: "4"))
        beat(&box) {
            $0.cards = "2"; $0.cardIncrement = "5"; $0.lineCards = "1"
        }
        answer(&box, list(["CC"], version: "2"))
        #expect(downloads(box) == ["increment", "full", "increment"])
    }

    @Test("the first keys' age is known, and a group that replaces them has its own")
    func keysAge() {
        var ring = KeyRing()
        ring.adopt(KeyGroup(version: "1", keys: []), at: TestBox.epoch)
        #expect(ring.replaced == TestBox.epoch && ring.previous == nil)
        ring.adopt(KeyGroup(version: "1", keys: []), at: TestBox.epoch + .seconds(5))
        #expect(ring.replaced == TestBox.epoch)
        ring.adopt(KeyGroup(version: "2", keys: []), at: TestBox.epoch + .seconds(9))
        #expect(ring.replaced == TestBox.epoch + .seconds(9) && ring.previous?.version == "1")
    }

    @Test("a version other than the one named is adopted, warned about, and not fetched again for 10 minutes")
    func endlessLoop() {
        var box = box()
        beat(&box) { $0.keys = "9" }
        answer(&box, .keys(.init(code: 0, message: ""), KeyGroup(version: "8", keys: [])))
        #expect(
            box.validator.versions.keys == "8" && box.notices.contains { $0.level == .warning && $0.text.contains("10 minutes") })
        for _ in 0..<100 { beat(&box) { $0.keys = "9" } }
        #expect(downloads(box) == ["keys"])
        beat(&box) { $0.keys = "10" }
        #expect(downloads(box) == ["keys", "keys"], "another version acts at once")
        answer(&box, .keys(.init(code: 0, message: ""), KeyGroup(version: "8", keys: [])))
        for _ in 0..<120 { beat(&box) { $0.keys = "10" } }
        #expect(downloads(box).count == 3, "after 10 minutes it is tried again")
    }

    @Test("a version that does not settle is fetched ever more rarely, up to once a day, until another is named")
    func unsettled() throws {
        var box = box(restored: TestBox.holding(listed: ["AA"]))
        box.reply(try #require(box.requests.first).id, .heartbeat(.init(verdict: .init(code: 0, message: ""), orders: .init())))
        func beat(_ version: String, after pause: Duration) throws -> Int {
            box.requests = []
            box.advance(by: pause)
            var versions = Versions()
            (versions.cards, versions.lineCards) = (version, "1")
            box.reply(
                try #require(box.requests.last { $0.request.content.name == "heartbeat" }).id, .heartbeat(versions: versions))
            let count = downloads(box).count
            if count > 0 { answer(&box, list(["AA"], version: "8")) }
            return count
        }
        #expect(try beat("9", after: .seconds(5)) == 1)
        for pause in [600, 1200, 2400, 4800, 9600, 19200, 38400, 76800, 86400, 86400] {
            #expect(try beat("9", after: .seconds(pause - 10)) == 0)
            #expect(try beat("9", after: .seconds(15)) == 1, "\(pause)")
        }
        #expect(try beat("10", after: .seconds(5)) == 1)
        #expect(box.notices.contains { $0.text.hasSuffix("trying again in 1440 minutes") })
    }

    @Test("an empty list replaces one that has cards, however few, only once the next heartbeat has named its version again")
    func emptied() {
        var box = box(restored: TestBox.holding(listed: ["AA"], line: ["AA"]))
        let change: (inout Versions) -> Void = { ($0.cards, $0.lineCards) = ("2", "1") }
        beat(&box, change)
        answer(&box, list([], version: "2"))
        #expect(box.validator.cards.cards.count == 1 && box.validator.cards.version == "1")
        #expect(box.notices.last?.level == .error)
        beat(&box) { ($0.cards, $0.lineCards) = ("3", "1") }
        answer(&box, list([], version: "3"))
        #expect(box.validator.cards.cards.count == 1, "another version confirms nothing")
        beat(&box) { ($0.cards, $0.lineCards) = ("3", "1") }
        answer(&box, list([], version: "3"))
        #expect(box.validator.cards.cards.count == 0 && box.validator.cards.version == "3")
    }

    @Test("a platform that asks for a pause is not asked for lists before")
    func retryAfter() throws {
        var box = box()
        beat(&box) { $0.cards = "2" }
        let failure = ExchangeFailure(.status, "busy", status: 503, retryAfter: .seconds(120))
        box.handle(.reply(try #require(box.requests.last).id, .failure(failure)))
        for _ in 0..<23 { beat(&box) { $0.cards = "2" } }
        #expect(downloads(box) == ["full"])
        beat(&box) { $0.cards = "2" }
        #expect(downloads(box) == ["full", "full"])
    }

    @Test("a list may take its time, and one that takes too long does not count as the platform's absence")
    func slowList() throws {
        var box = box(restored: TestBox.holding(listed: ["AA"]))
        beat(&box) { ($0.cards, $0.lineCards, $0.keys) = ("2", "1", "1") }
        let full = try #require(box.requests.last)
        #expect(full.request.content.name == "full" && full.request.timeout == .seconds(60))
        box.fail(full.id, .timeout)
        #expect(box.validator.link.state == .up)
        box.advance(by: .seconds(1))
        let keys = try #require(box.requests.last { $0.request.content.name == "keys" })
        #expect(keys.request.timeout == .seconds(5))
        box.fail(keys.id, .connection)
        #expect(box.validator.link.state == .down)
    }

    @Test("a platform whose halves name two versions in turn has each fetched once in ten minutes")
    func alternating() {
        var box = box()
        for beatNumber in 0..<20 {
            let version = beatNumber % 2 == 0 ? "2" : "3"
            let before = downloads(box).count
            beat(&box) { $0.cards = version }
            if downloads(box).count > before { answer(&box, list(["AA"], version: version)) }
        }
        #expect(downloads(box).filter { $0 == "full" }.count == 2)
        for _ in 0..<130 { box.advance(by: .seconds(5)) }
        beat(&box) { $0.cards = "2" }
        #expect(downloads(box).filter { $0 == "full" }.count == 3)
    }

    @Test("a platform that names another version with each heartbeat has twelve fetched in ten minutes, not all of them")
    func everChanging() {
        var box = box()
        for version in 1...200 {
            let before = downloads(box).count
            beat(&box) { $0.cards = "\(version)" }
            if downloads(box).count > before { answer(&box, list(["AA"], version: "\(version)")) }
        }
        // 1,000 seconds.
        #expect(downloads(box).count == 2 * Limits.newVersions)
    }

    @Test("a refused, failed or unsaved list changes nothing", arguments: [0, 1, 2])
    func nothingChanges(way: Int) {
        var box = box(restored: TestBox.holding(listed: ["AA"]))
        beat(&box) {
            $0.cards = "2"; $0.lineCards = "1"
        }
        switch way {
        case 0: answer(&box, .list(.init(verdict: .init(code: 3, message: "no"), version: nil, entries: nil, skipped: 0)))
        case 1: box.fail(box.requests.last!.id, .undecodable)
        default: answer(&box, list(["BB"], version: "2"), saved: false)
        }
        #expect(box.validator.versions.cards == "1" && box.validator.cards.cards.white.contains(CardNumber("AA")!))
        #expect(box.notices.contains { $0.level == .warning && $0.text.contains("old one stays") })
        for _ in 0..<150 { box.advance(by: .seconds(5)) }
        #expect(downloads(box).count >= 2, "it is tried again later")
    }

    @Test("a list that would drop nearly all cards is held back until the next heartbeat names it again")
    func implausible() {
        var box = box(restored: TestBox.holding(listed: (0..<2000).map { String($0 + 100_000) }))
        beat(&box) {
            $0.cards = "2"; $0.lineCards = "1"
        }
        answer(&box, list(["AA"], version: "2"))
        #expect(box.validator.cards.cards.count == 2000 && box.notices.contains { $0.level == .error })
        beat(&box) {
            $0.cards = "2"; $0.lineCards = "1"
        }
        #expect(downloads(box) == ["full", "full"])
        answer(&box, list(["AA"], version: "2"))
        #expect(box.validator.cards.cards.count == 1 && box.validator.versions.cards == "2")
    }

    @Test("just 90 % may go; a list that blocks nearly all, or takes them off, is held back as well")
    func implausibleFlags() {
        let numbers = (0..<2000).map { String($0 + 100_000) }
        func version(after reply: PlatformReply) -> String {
            var box = box(restored: TestBox.holding(listed: numbers))
            beat(&box) {
                $0.cards = "2"; $0.lineCards = "1"
            }
            answer(&box, reply)
            return box.validator.versions.cards
        }
        #expect(version(after: list(Array(numbers.prefix(200)), version: "2")) == "2")
        #expect(version(after: list(Array(numbers.prefix(199)), version: "2")) == "1")
        #expect(version(after: list(numbers, version: "2", isListed: false)) == "1")
    }

    @Test("a line's list is held back likewise, and adopted when it is named again")
    func implausibleLine() {
        var box = box(restored: TestBox.holding(line: (0..<2000).map { String($0 + 100_000) }))
        let change: (inout Versions) -> Void = {
            $0.cards = "1"; $0.lineCards = "2"
        }
        beat(&box, change)
        answer(&box, list([], version: "2"))
        #expect(box.validator.line.cards.count == 2000 && box.notices.contains { $0.level == .error })
        beat(&box, change)
        answer(&box, list([], version: "2"))
        #expect(downloads(box) == ["line", "line"] && box.validator.line.cards.count == 0)
    }

    @Test("a held-back list that a technician asked for under the version held is adopted, too, once it is named again")
    func implausibleForced() {
        var box = box(restored: TestBox.holding(listed: (0..<2000).map { String($0 + 100_000) }))
        let change: (inout Versions) -> Void = {
            $0.cards = "1"; $0.lineCards = "1"
        }
        box.handle(.download(.cards, full: true))
        answer(&box, list(["AA"], version: "1"))
        #expect(box.validator.cards.cards.count == 2000)
        beat(&box, change)
        answer(&box, list(["AA"], version: "1"))
        #expect(box.validator.cards.cards.count == 1)
        beat(&box, change)
        #expect(downloads(box) == ["full", "full"])
    }

    @Test("after an HTTP status in the place of a list the next try has a fresh token, after a broken link the old one")
    func refusedByGateway() throws {
        for (kind, tokens) in [(ExchangeFailure.Kind.status, 2), (.connection, 1)] {
            var box = box(token: .call)
            beat(&box) { $0.keys = "9" }
            answer(&box, .token(.init(code: 0, message: ""), .init(text: "T1", expiresInSeconds: 7200)))
            answer(&box, .keys(.init(code: 0, message: ""), KeyGroup(version: "9", keys: [])))
            beat(&box) { $0.keys = "10" }
            box.fail(try #require(box.requests.last { $0.request.content.name == "keys" }).id, kind)
            box.advance(by: .seconds(10))
            #expect(downloads(box).filter { $0 == "token" }.count == tokens)
        }
    }

    @Test("a token is fetched first, used until it nears its end, and fetched anew once after a refusal")
    func token() {
        var box = box(token: .call)
        beat(&box) { $0.keys = "9" }
        #expect(downloads(box) == ["token"])
        answer(&box, .token(.init(code: 0, message: ""), .init(text: "T1", expiresInSeconds: 600)))
        #expect(downloads(box) == ["token", "keys"])
        answer(&box, .keys(.init(code: 0, message: ""), KeyGroup(version: "9", keys: [])))
        beat(&box) { $0.keys = "10" }
        #expect(downloads(box) == ["token", "keys", "keys"])
        answer(&box, .keys(.init(code: 401, message: "token"), nil))
        #expect(downloads(box).suffix(1) == ["token"])
        answer(&box, .token(.init(code: 0, message: ""), .init(text: "T2", expiresInSeconds: 600)))
        answer(&box, .keys(.init(code: 401, message: "token"), nil))
        #expect(downloads(box).filter { $0 == "token" }.count == 2, "not for ever")
        guard case .keys(let used) = box.requests.last(where: { $0.request.content.name == "keys" })!.request.content else {
            return #expect(Bool(false))
        }
        #expect(used == "T2")
    }

    @Test("a technician can have a list fetched whatever the versions say")
    func forced() {
        var box = box()
        box.handle(.download(.cards, full: true))
        #expect(downloads(box) == ["full"])
        answer(&box, list(["AA"], version: "3"))
        box.advance(by: .seconds(5))
        #expect(downloads(box) == ["full"])
    }
}
