import Base
import Fares
import Foundation
import HubDomain
import HubStore
import HubStoreSQLite
import TestSupport
import Testing

@testable import HubServices
@testable import validator_hub

@Suite("Commands of a hub in front of a platform")
struct UpstreamCommandTests {
    private let folder = TemporaryFolder()
    private let now = WallTime(seconds: 1_785_729_600)

    private func store() throws -> HubStoreSQLite { try HubStoreSQLite(path: folder.path("hub.db")) }

    private func run(_ arguments: String...) async throws -> Int32 {
        let configuration = try folder.write("hub.toml", "[database]\npath = \"\(folder.path)/hub.db\"\n")
        return await ValidatorHub.exitCode(of: arguments, configuration: configuration)
    }

    /// Calls of V and W in turn, refused but for the last one.
    private func keepCalls() async throws -> HubStoreSQLite {
        let store = try store()
        let received = now
        try await store.transact(WantedFacts()) { facts in
            for number in 1...5 {
                let key = ForwardKey(deviceID: number % 2 == 0 ? "W" : "V", call: .cardLog, requestID: "r\(number)")
                var call = Forward(key, fields: Array(#"{"card_no":"00065537"}"#.utf8), received: received)
                call.state = number < 5 ? .refused : .waiting
                call.mayBeDouble = number == 2
                call.refusals = 8
                call.answer = PlatformAnswer(code: 4711, message: "=no\u{1B}[2J", received: received + .seconds(60))
                facts.keep(call)
            }
        }
        return store
    }

    private func waiting(_ store: HubStoreSQLite) async throws -> [String] {
        try await store.forwards(.waiting, after: 0, limit: 9, deviceID: nil).map(\.key.requestID)
    }

    // MARK: refused

    @Test(
        "refused calls are listed without what they say of the rider, and what the platform answered gives no terminal commands")
    func list() async throws {
        let store = try await keepCalls()
        for arguments in [["refused"], ["refused", "--json", "--device", "V"], ["refused", "--doubled"]] {
            let configuration = try folder.write("hub.toml", "[database]\npath = \"\(folder.path)/hub.db\"\n")
            #expect(await ValidatorHub.exitCode(of: arguments, configuration: configuration) == 0)
        }
        let call = try #require(try await store.forwards(.refused, after: 1, limit: 1, deviceID: nil).first)
        let listing = Listing(isJSON: false)
        #expect(
            listing.shown(.null, call.line(zone: FixedZone.shanghai))
                == "2  2026-08-03 12:00:00  W  card_check_log  r2  refused  refusals=8  code=4711 \"=no?[2J\"  possibly doubled"
        )
        #expect(call.json["possibly_doubled"] == .bool(true) && call.json["code"] == .int(4711))
        #expect(call.json["fields"] == nil && !call.json.text.contains("00065537"))
    }

    @Test("refused calls are sent again by their numbers, or all of a device, or all")
    func resend() async throws {
        let store = try await keepCalls()
        #expect(try await run("refused", "--resend", "1", "2") == 0)
        #expect(try await waiting(store) == ["r5", "r1", "r2"])
        #expect(try await run("refused", "--resend", "5", "3") == 64, "5 waits; 3 was refused")
        #expect(try await waiting(store) == ["r5", "r1", "r2", "r3"])
        #expect(try await run("refused", "--resend", "--all", "--device", "V") == 0)
        #expect(try await waiting(store).count == 4)
        #expect(try await run("refused", "--resend", "--all") == 0)
        #expect(try await store.forwardCounts() == ForwardCounts(waiting: 5))
    }

    @Test("refused calls are given up, and no other with them")
    func discard() async throws {
        let store = try await keepCalls()
        #expect(try await run("refused", "--discard", "1", "5") == 64, "5 waits")
        #expect(try await store.forwardCounts() == ForwardCounts(waiting: 1, refused: 3))
        #expect(try await run("refused", "--discard", "--all") == 0)
        #expect(try await store.forwardCounts() == ForwardCounts(waiting: 1))
    }

    @Test("refused calls are written whole into a file, under the platform's names of the devices")
    func export() async throws {
        let store = try await keepCalls()
        try await store.setIdentity(of: "W", to: "P2", at: now)
        #expect(try await run("refused", "--export", folder.path("out.csv")) == 0)
        let lines = try String(contentsOfFile: folder.path("out.csv"), encoding: .utf8).replacing("\r\n", with: "\n").split(
            separator: "\n")
        #expect(lines.count == 5)
        #expect(lines[1].hasPrefix("1,V,V,card_check_log,r1,"))
        #expect(lines[2].hasPrefix("2,W,P2,card_check_log,r2,"))
        #expect(lines[2].contains("4711,'=no") && lines[2].contains(#",1,"{""card_no"":""00065537""}""#))
        #expect(try await run("refused", "--export", folder.path("out.xlsx"), "--format", "xlsx") == 0)
        #expect(try await run("refused", "--export", folder.path("none/out.csv")) == 73)
        #expect(try await store.forwardCounts().refused == 4)
    }

    @Test(
        "what does not go together is refused",
        arguments: [
            ["--resend"], ["--discard"], ["1"], ["--all"], ["--resend", "--all", "1"], ["--resend", "--discard", "1"],
            ["--resend", "1", "--device", "V"], ["--json", "--export", "/x"], ["--doubled", "--resend", "1"],
            ["--format", "xlsx"],
        ])
    func usage(_ arguments: [String]) async throws {
        let configuration = try folder.write("hub.toml", "[database]\npath = \"\(folder.path)/hub.db\"\n")
        #expect(await ValidatorHub.exitCode(of: ["refused"] + arguments, configuration: configuration) == 64)
    }

    @Test("calls that wait or were refused keep the card that is to be forgotten, and are counted")
    func forget() async throws {
        let store = try await keepCalls()
        let forgetting = CardForgetting(store, .sample)
        #expect(try await forgetting.countCalls(naming: #require(CardNumber("00065537"))) == 5)
        #expect(try await forgetting.countCalls(naming: #require(CardNumber("00065538"))) == 0)
    }

    // MARK: map-device

    @Test("a device is given the platform's name for it, and the same one as here again")
    func map() async throws {
        let store = try store()
        #expect(try await run("map-device", "V", "P1") == 64, "there is no V")
        let register = DeviceRegister(store)
        for id in ["V", "W"] { #expect(try await register.add(id, secret: nil, at: now)) }
        #expect(try await run("map-device", "V", "P1") == 0)
        #expect(try await store.identities().map(\.upstreamID) == ["P1"])
        #expect(try await run("map-device", "W", "P1") == 64, "V has it")
        #expect(try await run("map-device", "W", "V") == 0)
        #expect(try await run("map-device", "V", "--same") == 64, "W is V up there")
        #expect(try await run("map-device", "W", "--same") == 0)
        #expect(try await run("map-device", "V", "--same") == 0)
        #expect(try await store.identities().isEmpty)
        for arguments in [["V", " P"], ["V", "P\u{7}"], ["V", ""], ["V", "P", "--same"]] {
            let configuration = folder.path("hub.toml")
            #expect(await ValidatorHub.exitCode(of: ["map-device"] + arguments, configuration: configuration) == 64)
        }
        #expect(try await run("map-device", "V") == 0)
        let history = try await store.identityHistory(of: "P1")
        #expect(history.first?.line(zone: FixedZone.shanghai).contains("V  P1  since ") == true)
        #expect(history.first?.line(zone: FixedZone.shanghai).contains("  until ") == true)
    }

    // MARK: lists

    private func load(
        _ cards: String..., of selection: ListSelection, named name: String?, hold: Bool = false
    ) async throws -> Int64 {
        let store = try store()
        let generation = try await store.beginGeneration(of: selection, isReplacing: !selection.isIncrement, at: now)
        let entries = cards.compactMap { CardNumber($0) }.map { CardListEntry(card: $0, isListed: true) }
        _ = try await store.append(entries, to: generation, at: now)
        if hold {
            try await store.hold(generation: generation, named: name ?? "", at: now)
        } else {
            _ = try await store.adopt(generation: generation, named: name, at: now)
        }
        return generation
    }

    @Test("lists in force are shown with their versions and sizes, and what is held with its number")
    func lists() async throws {
        _ = try await load("AA", "BB", of: .cards, named: nil)
        _ = try await load("AA", of: .line("26"), named: nil)
        _ = try await load("AA", "BB", "CC", of: .enterpriseCards(enterpriseID: "E"), named: "v1")
        _ = try await load("DD", of: .enterpriseIncrement(enterpriseID: "E"), named: "i1")
        let held = try await load("AA", of: .enterpriseCards(enterpriseID: "E"), named: "v2", hold: true)
        _ = try await load(of: .deviceLine(deviceID: "V"), named: "l1")
        let summaries = ListSummary.all(of: try await store().generations(), [])
        let version = now.seconds
        #expect(
            summaries.map { $0.line(zone: FixedZone.shanghai) } == [
                "the white list  version=\(version)  cards=2  since 2026-08-03 12:00:00",
                "the white list of enterprise E  version=v1  cards=3  increment=i1  changes=1  since 2026-08-03 12:00:00",
                "the white list of enterprise E  HELD \(held)  version=v2  cards=1  since 2026-08-03 12:00:00",
                "the line list of device V  version=l1  cards=0  since 2026-08-03 12:00:00",
                "the list of line 26  version=\(version + 1)  cards=1  since 2026-08-03 12:00:00",
            ])
        #expect(summaries[1].json["of"] == .string("E") && summaries[1].json["increment_version"] == .string("i1"))
        #expect(summaries[2].json["state"] == .string("held") && summaries[2].json["id"] == .int(Int(held)))
        #expect(summaries[4].json["list"] == .string("line") && summaries[4].json["increment_version"] == .null)
        let counted = ListSummary.all(of: try await store().generations(), try await store().listStandings())
        #expect(counted[0].json["adopted"] == .int(0) && counted[4].json["told"] == .int(0))
        #expect(counted[0].line(zone: FixedZone.shanghai).contains("told=0 fetched=0 adopted=0 of"))
        #expect(counted[1].json["devices"] == .null, "the platform says whose the lists are")
        #expect(try await run("lists") == 0)
        #expect(try await run("lists", "--json") == 0)
    }

    @Test("a held list is put in force or dropped, and nothing else is")
    func held() async throws {
        let cards = ListSelection.enterpriseCards(enterpriseID: "E")
        let inForce = try await load("AA", "BB", of: cards, named: "v1")
        let first = try await load("AA", of: cards, named: "v2", hold: true)
        #expect(try await run("lists", "--adopt", "\(inForce)") == 64)
        #expect(try await run("lists", "--adopt", "\(first)", "--json") == 64)
        #expect(try await run("lists", "--discard", "\(first)") == 0)
        #expect(try await run("lists", "--adopt", "\(first)") == 64)
        #expect(try await store().edition(of: cards).versionText == "v1")
        let second = try await load("CC", of: cards, named: "v3", hold: true)
        #expect(try await run("lists", "--adopt", "\(second)") == 0)
        #expect(try await store().edition(of: cards).versionText == "v3")
        #expect(try await store().heldGenerations().isEmpty)
    }
}
