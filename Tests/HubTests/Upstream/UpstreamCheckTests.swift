import Base
import Fares
import HubDomain
import PlatformAPI
import Testing

@testable import HubServices

@Suite("Online checks in front of a platform")
struct UpstreamCheckTests {
    private static func answer(_ code: Int, sound: Int = 0) -> PlatformAnswer {
        PlatformAnswer(code: code, message: code == 0 ? "ok" : "no", soundNumber: sound, received: HubInFront.now)
    }

    private func hub(_ whenAway: UpstreamSettings.WhenAway = .box) -> HubInFront { HubInFront { $0.whenAway = whenAway } }

    @Test(
        "what the platform says is what the box is answered, whatever the code",
        arguments: [(0, Reason.ok), (3002, .blocked), (77, .refusedByPlatform)])
    func answered(code: Int, reason: Reason) async throws {
        let hub = hub()
        hub.upstream.change { $0.check = .answered(Self.answer(code, sound: 9)) }
        guard case .relayed(let answer) = try await hub.check() else {
            Issue.record("not relayed")
            return
        }
        #expect(answer.code == code && answer.soundNumber == 9)
        #expect(try await hub.records().map(\.reason) == [reason])
        #expect(try await hub.forwards().isEmpty)
        #expect(hub.upstream[\.deadlines] == [Instant(nanoseconds: 650_000_000)])
    }

    @Test("the same question again gets the same answer, and the platform is not asked again")
    func repeated() async throws {
        let hub = hub()
        hub.upstream.change { $0.check = .answered(Self.answer(3002)) }
        _ = try await hub.check()
        hub.upstream.change { $0.check = .answered(Self.answer(0)) }
        let again = try await hub.check()
        #expect(again.isRelayed && again.code == 3002)
        #expect(hub.upstream[\.checked].count == 1)
        #expect(try await hub.records().map(\.duplicates) == [1])
    }

    @Test("another rider's question under the same req_id is another")
    func sameRequestID() async throws {
        let hub = hub()
        hub.upstream.change { $0.check = .answered(Self.answer(3002)) }
        _ = try await hub.check("abcd", card: "AA")
        hub.upstream.change { $0.check = .answered(Self.answer(0)) }
        #expect(try await hub.check("abcd", card: "BB").code == 0)
        #expect(hub.upstream[\.checked].count == 2)
        #expect(try await hub.check("abcd", card: "AA").code == 0)
        #expect(hub.upstream[\.checked].count == 3)
    }

    @Test("a ride that the box booked all the same goes up under its req_id, as one that the platform may have twice")
    func bookedAfterAnswer() async throws {
        let hub = hub()
        hub.upstream.change { $0.check = .answered(Self.answer(0)) }
        _ = try await hub.check()
        #expect(try await hub.check(mode: .offline).code == 0)
        let forward = try #require(try await hub.forwards().first)
        #expect(forward.key.requestID == "1" && forward.mayBeDouble && forward["check_mode"] == "1")
        #expect(try await hub.forwards(.answered).isEmpty)
        #expect(try await hub.records().map(\.checkMode) == [.offline])
    }

    @Test(
        "an answer that came too late makes the box's booking one that the platform may have twice, whichever comes first",
        arguments: [true, false])
    func late(isBookedFirst: Bool) async throws {
        let hub = hub()
        #expect(try await hub.check().code == 5002)
        let call = try #require(hub.upstream[\.checked].first)
        if isBookedFirst { #expect(try await hub.check(mode: .offline).code == 0) }
        try await LateAnswers(hub.store).keep(Self.answer(0), to: call)
        if !isBookedFirst {
            #expect(try await hub.check().isRelayed)
            #expect(try await hub.check(mode: .offline).code == 0)
        }
        #expect(try await hub.forwards().map(\.mayBeDouble) == [true])
        #expect(hub.upstream[\.checked].count == 1)
        #expect(try await hub.records().map(\.checkMode) == [.offline])
    }

    @Test("while the platform is away, the box decides: it is told so, and nothing is kept")
    func awayForBox() async throws {
        let hub = hub()
        #expect(try await hub.check().code == 5002)
        #expect(try await hub.records().isEmpty)
        #expect(try await hub.forwards().isEmpty)
        #expect(try await hub.check(mode: .offline).code == 0)
        #expect(try await hub.forwards().map(\.mayBeDouble) == [false])
    }

    @Test("or the hub does, from the platform's lists, and tells the platform later as a box would")
    func awayForHub() async throws {
        let hub = hub(.hub)
        hub.upstream.change { ($0.orders, $0.enterprise) = (HubInFront.orders, "398") }
        try await hub.adopt(entries("AA", "-BB"), .enterpriseCards(enterpriseID: "398"))
        #expect(try await hub.check("1", card: "AA").code == 0)
        #expect(try await hub.check("2", card: "BB").code == 3002)
        #expect(try await hub.check("3", card: "CC").code == 3003)
        let forwards = try await hub.forwards()
        #expect(forwards.map(\.key.call) == [.cardCheck, .cardLog, .cardLog, .cardLog])
        #expect(forwards.map { $0["status"] } == [nil, "0", "2", "1"])
        #expect(forwards.first?.key.requestID == "1" && forwards.first?["check_mode"] == "1")
        #expect(forwards.dropFirst().allSatisfy { UniqueID($0.key.requestID) != nil && $0["check_mode"] == nil })
        // The answer was lost: the box asks again, or books.
        #expect(try await hub.check("1", card: "AA").code == 0)
        #expect(try await hub.check("1", card: "AA", mode: .offline).code == 0)
        #expect(try await hub.forwards().count == 4)
    }

    @Test("without a white list that the platform wants asked, the hub does not decide")
    func noList() async throws {
        let hub = hub(.hub)
        #expect(try await hub.check().code == 5002)
        hub.upstream.change { upstream in
            upstream.orders = HubInFront.orders
            upstream.orders?.versions.cards = ""
            upstream.enterprise = "398"
        }
        #expect(try await hub.check().code == 5002)
        hub.upstream.change { $0.orders?.modes.whiteListRequired = false }
        #expect(try await hub.check().code == 0)
    }

    @Test("hours of service refuse riders in the hub too, but not those of another day")
    func hours() async throws {
        let hub = hub(.hub)
        let midnight = HubInFront.now - .seconds(12 * 3600)
        hub.upstream.change { upstream in
            (upstream.orders, upstream.enterprise) = (HubInFront.orders, "398")
            upstream.orders?.modes.whiteListRequired = false
            upstream.orders?.window = (midnight + .seconds(5 * 3600), midnight + .seconds(11 * 3600))
        }
        #expect(try await hub.check("1").code == 3005)
        hub.upstream.change { $0.orders?.window = (midnight - .seconds(19 * 3600), midnight - .seconds(3600)) }
        #expect(try await hub.check("2").code == 0)
    }
}
