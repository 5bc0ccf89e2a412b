import Base
import Fares
import HubDomain
import HubServices
import HubStore
import OperatingSystem
import PlatformAPI
import Synchronization
import TestSupport
import Testing

@testable import HubUpstream

/// A platform with lists, whose versions the test sets.
private final class ListPlatform: Sendable {
    struct Content: Sendable {
        var version = "7"
        var increment: String?
        var cards = 10
        /// In the place of the list's reply.
        var answer: PlatformStandIn.Answer?
        /// The token that is taken; nil: each.
        var token: String?
    }

    let content = Mutex(Content())
    let standIn: PlatformStandIn

    init() async throws {
        standIn = try await PlatformStandIn.start()
        standIn.answer { [weak self] call, count in self?.answer(call, count) ?? PlatformStandIn.Answer() }
    }

    func set(_ change: (inout Content) -> Void) { content.withLock { change(&$0) } }

    private func answer(_ call: PlatformStandIn.Call, _ count: Int) -> PlatformStandIn.Answer {
        let content = content.withLock { $0 }
        let ok = #""ret_code":0,"ret_msg":"ok""#
        let isRefused = content.token.map { $0 != call.fields["token"]?.string } ?? false
        switch PlatformCall(rawValue: call.name) {
        case .heartbeat:
            let increment = content.increment.map { #","version_code_add":"\#($0)""# } ?? ""
            return PlatformStandIn.Answer(
                body:
                    #"{\#(ok),"enterprise_id":"E1","version_code_all":"\#(content.version)","version_code":"k\#(content.version)"\#(increment)}"#
            )
        case .token: return PlatformStandIn.Answer(body: #"{\#(ok),"token":"token-\#(count)","expires_in":3600}"#)
        case .keys:
            return PlatformStandIn.Answer(
                body: #"{\#(ok),"version_code":"k\#(content.version)","list":[{"key_id":1,"key":"a84a6ce9"}]}"#)
        case .cardList where isRefused: return .code(9009, "token")
        case .cardList:
            if let answer = content.answer { return answer }
            let isIncrement = call.fields["type"]?.int == 2
            let rows = (0..<(isIncrement ? 1 : content.cards)).map {
                #"{"card_no":"\#(isIncrement ? 9999 : 1000 + $0)","flag":1}"#
            }
            let version = isIncrement ? content.increment ?? "0" : content.version
            return PlatformStandIn.Answer(body: #"{\#(ok),"version":"\#(version)","list":[\#(rows.joined(separator: ","))]}"#)
        default: return PlatformStandIn.Answer()
        }
    }
}

@Suite("The platform's lists and keys")
struct ListDownloadTests {
    private func beat(_ stage: UpstreamStage, _ device: String = "VLD1") {
        stage.upstream.report(
            ForwardedCall(key(device, "h\(UInt64.random(in: 0 ... .max))", .heartbeat), fields: Array("{}".utf8)),
            at: Clocks.now().system)
    }

    private func cardsVersion(_ stage: UpstreamStage) -> String? {
        stage.upstream.orders(of: "VLD1", at: morning)?.versions.cards
    }

    private func count(_ stage: UpstreamStage) async throws -> Int {
        let edition = try await stage.store.edition(of: .enterpriseCards(enterpriseID: "E1"))
        return try await stage.store.cards(of: edition, after: nil, limit: 10_000).entries.count
    }

    @Test("are fetched once for all devices of an enterprise, and boxes are told of them when they are in force")
    func once() async throws {
        let platform = try await ListPlatform()
        platform.set { $0.cards = 1200 }
        let stage = try await UpstreamStage(before: platform.standIn)
        for device in 0..<20 { beat(stage, "d\(device)") }
        beat(stage)
        try await eventually("the list is in force") { cardsVersion(stage) == "7" }
        try await eventually("the keys are there") { stage.upstream.keys(of: "d3")?.current?.version == "k7" }
        #expect(stage.upstream.orders(of: "d3", at: morning)?.versions.keys == "k7")
        #expect(try await count(stage) == 1200)
        for device in 0..<20 { beat(stage, "d\(device)") }
        try await eventually("all have called again") { platform.standIn.calls(.heartbeat).count > 30 }
        #expect(platform.standIn.calls(.cardList).count == 1 && platform.standIn.calls(.keys).count == 1)
        #expect(platform.standIn.calls(.cardList).first?.fields["enterprise_id"] == "E1")
        // And both outlive a restart, as soon as what the platform said is kept.
        try await eventually("it is kept") { try await stage.store.document("heartbeat/VLD1") != nil }
        let again = try await UpstreamStage(before: platform.standIn, store: stage.store)
        #expect(cardsVersion(again) == "7" && again.upstream.keys(of: "d3")?.current?.version == "k7")
    }

    @Test("change by increments, which are fetched again after a full list")
    func increments() async throws {
        let platform = try await ListPlatform()
        platform.set { $0.increment = "71" }
        let stage = try await UpstreamStage(before: platform.standIn)
        beat(stage)
        try await eventually("both are in force") {
            stage.upstream.orders(of: "VLD1", at: morning).map { $0.versions.cards == "7" && $0.versions.cardIncrement == "71" }
                ?? false
        }
        #expect(try await count(stage) == 11)
        platform.set { $0.version = "8" }
        beat(stage)
        try await eventually("the new list is in force, and the increment once more") {
            platform.standIn.calls(.cardList).count == 4
                && stage.upstream.orders(of: "VLD1", at: morning)?.versions.cardIncrement == "71"
        }
        #expect(cardsVersion(stage) == "8")
    }

    @Test(
        "stay as they are where what comes is cut, no list, or refused",
        arguments: [
            PlatformStandIn.Answer(body: #"{"ret_code":0,"version":"8","list":[{"card_no":"1","flag":1},"#),
            PlatformStandIn.Answer(
                body: #"{"ret_code":0,"ret_msg":"","version":"8","list":[{"card_no":"1","flag":1},{"card_no":"2","flag":1}]}"#,
                isCut: true),
            PlatformStandIn.Answer(body: "<html></html>"), .code(5, "no"), PlatformStandIn.Answer(status: 500, body: ""),
        ])
    func broken(answer: PlatformStandIn.Answer) async throws {
        let platform = try await ListPlatform()
        let stage = try await UpstreamStage(before: platform.standIn)
        beat(stage)
        try await eventually("the list is in force") { cardsVersion(stage) == "7" }
        platform.set { ($0.version, $0.answer) = ("8", answer) }
        beat(stage)
        try await eventually("it is told") { stage.lines.all.contains { $0.contains("8 not fetched") } }
        #expect(cardsVersion(stage) == "7")
        #expect(try await count(stage) == 10)
    }

    @Test("that are empty, or smaller by more than a fifth, are held for an operator, and not fetched again", arguments: [0, 7])
    func held(cards: Int) async throws {
        let platform = try await ListPlatform()
        let stage = try await UpstreamStage(before: platform.standIn)
        beat(stage)
        try await eventually("the list is in force") { cardsVersion(stage) == "7" }
        platform.set { ($0.version, $0.cards) = ("8", cards) }
        beat(stage)
        let held = try await eventually("it is held") { try await stage.store.heldGenerations().first }
        #expect(held.name == "8" && held.rows == Int64(cards))
        try await eventually("it is told") { stage.lines.all.contains { $0.hasPrefix("error") && $0.contains("--adopt") } }
        beat(stage)
        try await eventually("it has called again") { platform.standIn.calls(.heartbeat).count == 3 }
        #expect(platform.standIn.calls(.cardList).count == 2 && cardsVersion(stage) == "7")
        // The operator's word.
        _ = try await stage.store.adopt(generation: held.id, named: nil, at: Clocks.now().system)
        try await eventually("it is in force") { cardsVersion(stage) == "8" }
        #expect(platform.standIn.calls(.cardList).count == 2)
    }

    @Test("are asked for once more with a fresh token where the platform refuses the one that is held")
    func token() async throws {
        let platform = try await ListPlatform()
        let stage = try await UpstreamStage(before: platform.standIn) { $0.tokenCall.secret = "s" }
        beat(stage)
        try await eventually("the list is in force") { cardsVersion(stage) == "7" }
        #expect(platform.standIn.calls(.token).count == 1)
        platform.set { ($0.version, $0.token) = ("8", "token-1") }
        beat(stage)
        try await eventually("the list is in force") { cardsVersion(stage) == "8" }
        #expect(platform.standIn.calls(.token).map { $0.fields["secret"] } == ["s", "s"])
        // A token that is refused as soon as it was fetched is an operator's matter.
        platform.set { ($0.version, $0.token) = ("9", "never") }
        beat(stage)
        try await eventually("it is told") { stage.lines.all.contains { $0.hasPrefix("error") && $0.contains("9009") } }
        #expect(platform.standIn.calls(.token).count == 3 && cardsVersion(stage) == "8")
    }
}
