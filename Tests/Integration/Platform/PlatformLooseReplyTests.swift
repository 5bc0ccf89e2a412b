import FaultProxy
import Foundation
import JSON
import LooseReplies
import TestSupport
import Testing

/// The table of loose replies over HTTP, against the real daemon: many rows in one run of it.
@Suite("What loosely written platforms answer, over HTTP", .timeLimit(.minutes(10)))
struct PlatformLooseReplyTests {
    private func rows(_ calls: LooseReply.Call...) throws -> [LooseReply] {
        try LooseReplyFile.rows().filter { calls.contains($0.call) }
    }

    /// A card for each row.
    private func cards(_ rows: [LooseReply]) -> [(card: String, row: LooseReply)] {
        rows.enumerated().map { index, row in
            let number = String(index + 1, radix: 16, uppercase: true)
            return ("04" + String(repeating: "0", count: 6 - number.count) + number, row)
        }
    }

    @Test("bookings and logs: what is sent again, what leaves the outbox, and what is kept apart")
    func uploads() async throws {
        // A platform that asks for a pause has one, and the others would wait with it.
        let riders = cards(try rows(.booking, .log).filter { $0.headers["Retry-After"] == nil })
        let platform = try ScriptedPlatform()
        platform.change { $0.heartbeat["white_mode"] = 0 }
        let answers = Dictionary(uniqueKeysWithValues: riders.map { ($0.card, $0.row) })
        for name in ["card_check", "card_check_log"] {
            platform.answer(name) { request in
                guard let row = answers[request.fields["card_id"] ?? ""], row.call.name == name else { return nil }
                return PlatformAnswer(row)
            }
        }
        let options = LiveBox.Options(outbox: "backoff_max_s = 1\nmax_refusals = 1")
        try await LiveBox.run(platform, options) { box in
            try await box.startWithLists()
            try await box.play(riders.map { "tap reader0 \($0.card) green" }.joined(separator: "\n"))
            let waiting = riders.count { $0.row.facts["outbox"] == "waits" }
            let refused = riders.count { $0.row.facts["outbox"] == "refused" }
            try await box.until("all that can leave has left, and all that is refused is apart") {
                $0["outbox"]?["records"]?.int == waiting && $0["outbox"]?["refused"]?.int == refused
            }
            _ = try await eventually("what waits was sent again") {
                riders.allSatisfy { $0.row.facts["again"] == "no" || self.tries(platform, $0).count > 1 }
            }
            for rider in riders {
                let tries = tries(platform, rider)
                #expect((tries.count > 1) == (rider.row.facts["again"] == "yes"), "\(rider.row)")
                #expect(Set(tries.map(\.requestID)).count == 1, "\(rider.row)")
            }
            let records = try box.unsentTaps()
            for rider in riders {
                let record = records.first { $0["card"]?.string == rider.card }
                let part = JSONValue.string(rider.row.call.rawValue)
                #expect(
                    (record?["pending"]?.array?.contains(part) ?? false) == (rider.row.facts["outbox"] == "waits"), "\(rider.row)"
                )
                #expect(
                    (record?["refused"]?.array?.contains(part) ?? false) == (rider.row.facts["outbox"] == "refused"),
                    "\(rider.row)")
            }
            for call in ["card_check", "card_check_log"] { try await box.untilLogged("\(call) gets no usable reply") }
            let status = try box.status()
            #expect(status["platform"]?["state"] == "online" && status["platform"]?["last_error"]?.string != nil)
            #expect(status["outbox"]?["last_error_call"]?.string?.hasPrefix("card_check") == true)
            #expect(try await box.validatorctl("outbox").contains("last error"))
        }
    }

    private func tries(
        _ platform: borrowing ScriptedPlatform, _ rider: (card: String, row: LooseReply)
    ) -> [PlatformRequestRecord] {
        platform.requests(rider.row.call.name).filter { $0.fields["card_id"] == rider.card }
    }

    @Test("online checks: a verdict that has arrived is not thrown away")
    func checks() async throws {
        let riders = cards(try rows(.check))
        let answers = Dictionary(uniqueKeysWithValues: riders.map { ($0.card, $0.row) })
        let platform = try ScriptedPlatform()
        platform.change {
            $0.heartbeat["white_mode"] = 0
            $0.heartbeat["check_card_mode"] = 0
        }
        platform.answer("card_check") { request in
            guard request.fields["check_mode"] == "0", let row = answers[request.fields["card_id"] ?? ""] else { return nil }
            return PlatformAnswer(row)
        }
        try await LiveBox.run(platform, LiveBox.Options(platform: "online_timeout_ms = 10000")) { box in
            try await box.startWithLists()
            try await box.until("the platform is asked") { $0["mode"]?["check_card_mode"] == 0 }
            for (index, rider) in riders.enumerated() {
                // After three checks in vain nobody asks for a while: another rider's is answered in between.
                let other = "05" + rider.card.dropFirst(2)
                try await box.play(
                    "tap reader0 \(rider.card) \(rider.row.facts["light"] ?? "")\n"
                        + (rider.row.facts["mode"] == "online" ? "" : "tap reader0 \(other) green"))
                let taps = try box.control("taps")["taps"]?.array ?? []
                let tap = try #require(taps.last { $0["card"]?.string == rider.card }, "\(index)")
                #expect(tap["mode"]?.string == rider.row.facts["mode"], "\(rider.row)")
            }
        }
    }

    @Test("lists, keys and tokens: what is adopted, and that what is held stays")
    func downloads() async throws {
        let platform = try ScriptedPlatform()
        platform.change { Self.makeFirst(&$0) }
        let names: [LooseReply.Call: String] = [.list: "full card list", .line: "line card list", .keys: "ticket keys"]
        let options = LiveBox.Options(platform: "[platform.token]\ncall = \"get_token\"")
        try await LiveBox.run(platform, options) { box in
            try await box.startWithLists()
            for row in try rows(.list, .line, .keys) {
                try await box.until("what is held before: \(row)") {
                    $0["lists"]?["cards"]?["version"] == "5" && $0["lists"]?["line"]?["version"] == "5"
                        && $0["lists"]?["keys"]?["version"] == "5"
                }
                let before = platform.requests(row.call.name).count
                platform.change { script in
                    script.overrides[row.call.name] = { _, _ in PlatformAnswer(row) }
                    switch row.call {
                    case .line: script.line.version = "6"
                    case .keys: script.keyVersion = 6
                    default: script.cards.version = "6"
                    }
                }
                let target: JSONValue = row.call == .list ? "cards" : .string(row.call.rawValue)
                _ = try box.control("sync", ["target": target, "full": true])
                try await eventually("it is asked for: \(row)") { platform.requests(row.call.name).count > before }
                if let told = row.told { try await box.untilLogged(told) }
                try await box.until("\(row)") { held(row.call, $0) == row.facts["held"] }
                platform.change { script in
                    script.overrides[row.call.name] = nil
                    Self.makeFirst(&script)
                }
                let inForce = "\(names[row.call] ?? "") 5 in force"
                let adoptions = box.log.ranges(of: inForce).count
                _ = try box.control("sync", ["target": target, "full": true])
                try await eventually(inForce) { box.log.ranges(of: inForce).count > adoptions }
            }
        }
    }

    private static func makeFirst(_ script: inout PlatformScript) {
        script.cards = .init(version: "5", cards: ["00000001": 1, "00000002": 0, "00000003": 1])
        script.line = .init(version: "5", cards: ["00000001": 1])
        script.keyVersion = 5
    }

    private func held(_ call: LooseReply.Call, _ status: JSONValue) -> String {
        let name = call == .list ? "cards" : call.rawValue
        let list = status["lists"]?[name]
        return "\(list?["version"]?.string ?? "-"):\(list?["count"]?.int ?? -1)"
    }

    @Test("heartbeats, member by member")
    func heartbeats() async throws {
        let platform = try ScriptedPlatform()
        platform.change { Self.makeFirst(&$0) }
        let good = LooseReply.body(LooseReply.goodMembers(of: .heartbeat))
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            try await box.until("it has all lists") { $0["lists"]?["line"]?["version"] == "5" }
            for row in try rows(.heartbeat).filter(\.isForDaemon) {
                platform.answer("location_report") { _ in PlatformAnswer(body: good) }
                try await box.until("what was told before: \(row)") { facts($0) == LooseReply.goodFacts(of: .heartbeat).prefix }
                let before = platform.requests().count
                platform.answer("location_report") { _ in PlatformAnswer(row) }
                _ = try await platform.heartbeats(2)
                // A member that is odd is told of once a day, however it is odd.
                if let told = row.told, !box.log.contains("reply, \(told.prefix { $0 != " " })") {
                    try await box.untilLogged(told)
                }
                let status = try await box.until("\(row)") { facts($0) == row.facts.prefix }
                #expect(status["outbox"]?["positions"]?.int == 0 && status["platform"]?["state"] == "online", "\(row)")
                let isFetching = row.facts["fetches"] != "-"
                #expect(platform.requests().dropFirst(before).contains { $0.call.hasPrefix("get_") } == isFetching, "\(row)")
            }
        }
    }

    /// Switches and hours.
    private func facts(_ status: JSONValue) -> [String: String] {
        let mode = status["mode"]
        let names = ["check_mode", "check_card_mode", "qrcode_mode", "card_mode", "white_mode", "is_line_white"]
        let window = mode?["window"]
        let hours: [String] = ["start", "end"].compactMap { name in
            guard let time = window?[name]?.string, let hour = Int(time.dropFirst(11).prefix(2)) else { return nil }
            let local = (hour + 8) % 24
            return (local < 10 ? "0" : "") + "\(local):" + time.dropFirst(14).prefix(2)
        }
        let modes = names.map { String(mode?[$0]?.int ?? -1) }.joined()
        return ["modes": modes, "window": hours.isEmpty ? "none" : hours.joined(separator: "-")]
    }
}

extension [String: String] {
    /// What the status shows of a heartbeat's facts.
    fileprivate var prefix: [String: String] { filter { $0.key == "modes" || $0.key == "window" } }
}

extension PlatformAnswer {
    init(_ row: LooseReply) {
        self.init(
            status: row.status, headers: ["Content-Type": "application/json"].merging(row.headers) { $1 }, body: row.body)
    }
}
