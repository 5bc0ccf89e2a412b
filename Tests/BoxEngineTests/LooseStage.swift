import Base
import BoxEngine
import Fares
import LooseReplies
import PlatformAPI
import SQLite
import Storage
import ValidatorCore

@testable import Transport

/// A box at work, and a platform that answers one call as a row of the table of loose replies says and all others well.
@MainActor final class LooseStage {
    private static let format = WireFormat(baseURL: "http://platform", deviceID: "VLD1", softwareVersion: 1)

    private let row: LooseReply
    private let world = World()
    private let box: Box
    /// The row's reply is what its call is answered with.
    private var isLoose = false
    /// What the good heartbeats say otherwise.
    private var heartbeat: [String: String] = [:]
    private var noticesBefore = 0
    private var asked: [UniqueID: Int] = [:]
    private var fetches: [String] = []

    init(_ row: LooseReply) throws {
        self.row = row
        box = try world.makeBox()
        run(for: .seconds(30))
        noticesBefore = world.notices.count
    }

    /// Plays the row. What followed, by the names of the table.
    func play() -> [String: String] {
        switch row.call {
        case .booking, .log:
            tap()
            isLoose = true
            run(for: .seconds(1200))
            _ = box.flush()
            let outbox = box.counts.refused > 0 ? "refused" : box.counts.records > 0 ? "waits" : "empty"
            return ["again": asked.values.contains { $0 > 1 } ? "yes" : "no", "outbox": outbox]
        case .check:
            heartbeat = ["check_card_mode": "0"]
            run(for: .seconds(10))
            isLoose = true
            tap()
            settle()
            guard let answer = world.answers.last else { return [:] }
            return [
                "light": answer.isGreen ? "green" : "red", "mode": "\(answer.mode)", "sound": String(answer.soundNumber),
            ]
        case .heartbeat:
            isLoose = true
            fetches = []
            run(for: .seconds(5))
            return heartbeatFacts
        case .list: return hold("version_code_all") { "\($0.cards.version):\($0.cards.cards.count)" }
        case .increment:
            return hold("version_code_add") {
                "\($0.cards.version)\($0.cards.incrementVersion == "0" ? "" : "+\($0.cards.incrementVersion)"):\($0.cards.cards.count)"
            }
        case .line: return hold("line_version_code_all") { "\($0.line.version):\($0.line.cards.count)" }
        case .keys:
            return hold("version_code") { "\($0.state.keys.current?.version ?? "0"):\($0.state.keys.current?.keys.count ?? 0)" }
        case .token:
            // Until the first token has expired.
            run(for: .seconds(3600), each: .seconds(60))
            noticesBefore = world.notices.count
            return hold("version_code_all") { "\($0.cards.version):\($0.cards.cards.count)" }
        }
    }

    /// The warnings and errors that came of it.
    var told: [String] { world.notices.dropFirst(noticesBefore).filter { $0.level != .info }.map(\.text) }

    /// The heartbeats name another version, again and again.
    private func hold(_ version: String, _ held: (borrowing Validator) -> String) -> [String: String] {
        heartbeat = [version: #""6""#]
        isLoose = true
        run(for: .seconds(900))
        return ["held": box.inspect(held)]
    }

    private var heartbeatFacts: [String: String] {
        _ = box.flush()
        let moment = world.moment
        let (state, source, link) = box.inspect { ($0.state, $0.clock.reading(at: moment).source, $0.link.state) }
        let modes = state.modes
        let switches = [modes.ticketsEnabled, modes.cardsEnabled, modes.whiteListRequired, modes.lineListRequired]
        let window = state.window.map { window in
            [window.start, window.end].map { time in
                let civil = FixedZone.shanghai.civil(time)
                return "\(civil.hour.zeroPadded(to: 2)):\(civil.minute.zeroPadded(to: 2))"
            }.joined(separator: "-")
        }
        return [
            "modes": "\(modes.ticketCheck.rawValue)\(modes.cardCheck.rawValue)" + switches.map { $0 ? "1" : "0" }.joined(),
            "window": window ?? "none", "fetches": fetches.isEmpty ? "-" : fetches.joined(separator: ","),
            "clock": source.name, "kept": String(box.counts.positions), "link": link == .down ? "down" : "up",
        ]
    }

    // MARK: The course of things

    private func tap() {
        box.handle(.card(uid: [0, 0, 0, 1], reader: 0), at: world.moment)
        while box.wantsTurn { box.endTurn() }
    }

    private func run(for time: Duration, each step: Duration = .seconds(5)) {
        var left = time
        settle()
        while left > .zero {
            world.pass(step)
            left -= step
            box.wake()
            settle()
        }
    }

    private func settle() {
        while true {
            while box.wantsTurn { box.endTurn() }
            for deed in world.takeDeeds() {
                guard case .snapshot(let kind) = deed, let list = world.lists[kind] else { continue }
                box.snapshotWritten(
                    kind,
                    Result { () throws(StorageError) in try ListSnapshot.write(list, kind: kind, folder: world.folder) })
            }
            let requests = world.takeRequests()
            if requests.isEmpty, !box.wantsTurn { return }
            for (id, request) in requests { box.handle(.reply(id, outcome(of: request)), at: world.moment) }
        }
    }

    private func outcome(of request: PlatformRequest) -> Result<PlatformReply, ExchangeFailure> {
        let call = call(request.content)
        if isLoose, [.list, .increment, .line, .keys].contains(call) { fetches.append(Self.names[call] ?? "") }
        let reception = ReplyReception(request.content, format: Self.format)
        var response = HTTPResponse(status: 200)
        var body = LooseReply.body(members(of: call))
        if isLoose, call == row.call {
            asked[request.requestID, default: 0] += 1
            (response.status, body) = (row.status, row.body)
            response.retryAfter = row.headers["Retry-After"].flatMap { Int($0) }.map { .seconds($0) }
        }
        if (200..<300).contains(response.status) { _ = reception.receive(body) } else { response.errorBody = body }
        return reception.outcome(.success(response), of: Self.format.encode(request))
    }

    private static let names: [LooseReply.Call: String] = [.list: "full", .increment: "increment", .line: "line", .keys: "keys"]

    private func members(of call: LooseReply.Call) -> [(name: String, value: String)] {
        guard call == .heartbeat else { return isLoose ? LooseReply.goodMembers(of: call) : LooseReply.firstMembers(of: call) }
        return LooseReply.goodMembers(of: call).map { ($0.name, heartbeat[$0.name] ?? $0.value) }
    }

    private func call(_ content: PlatformRequest.Content) -> LooseReply.Call {
        switch content {
        case .heartbeat: .heartbeat
        case .check(_, .online, _, _): .check
        case .check: .booking
        case .log: .log
        case .fullCardList: .list
        case .cardIncrement: .increment
        case .lineCardList: .line
        case .keys: .keys
        case .token: .token
        }
    }
}
