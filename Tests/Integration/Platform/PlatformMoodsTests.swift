import Base
import Foundation
import JSON
import LooseReplies
import Synchronization
import TestSupport
import Testing

/// A platform that answers at random as loosely written ones do, row by row of the table of loose replies, while riders tap. Then it is
/// a good one, and its books must hold every ride, none of them twice.
///
/// `MOODS_MINUTES=20 swift test --filter PlatformMoodsTests` has it last so long.
@Suite("A platform of many moods", .timeLimit(.minutes(90)))
struct PlatformMoodsTests {
    private static let duration: Duration =
        ProcessInfo.processInfo.environment["MOODS_MINUTES"].flatMap(Int.init).map { .seconds($0 * 60) } ?? .seconds(15)

    @Test("books no ride twice and loses none, whatever it answers", arguments: [TestSeed.ofThisRun])
    func moods(seed: UInt64) async throws {
        let books = try PlatformBooks(seed: seed)
        let platform = try ScriptedPlatform()
        platform.change { $0.heartbeat["white_mode"] = 0 }
        for call in PlatformBooks.calls { platform.answer(call) { books.answer($0) } }
        let outbox = "backoff_max_s = 2\nmax_refusals = 2"
        try await LiveBox.run(platform, LiveBox.Options(outbox: outbox)) { box in
            try await box.start()
            let begin = ContinuousClock.now
            var cards: [String] = []
            while ContinuousClock.now - begin < Self.duration {
                let batch = (0..<10).map { card(cards.count + $0) }
                cards += batch
                // Of what colour is the platform's to say.
                try await box.play(batch.map { "tap reader0 \($0) any" }.joined(separator: "\n"))
            }
            let fetched = platform.requests().count { $0.call.hasPrefix("get_") }
            #expect(fetched <= 150 * (1 + Int(Self.duration / .seconds(600))), "downloads in a circle")
            books.becomeGood()
            try await box.until("everything has left") {
                $0["outbox"]?["records"] == 0 && $0["outbox"]?["positions"] == 0
            }
            _ = try await box.validatorctl("outbox", "retry")
            try await box.until("what was kept apart has left too") {
                $0["outbox"]?["records"] == 0 && $0["outbox"]?["refused"] == 0
            }
            books.balance(riders: cards)
        }
    }

    private func card(_ number: Int) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return "04" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}

/// What the platform has been told, and what it let the box believe of that.
private final class PlatformBooks: Sendable {
    static let calls = Set(LooseReply.Call.allCases.map(\.name)).sorted()

    private struct State {
        var random: SeededGenerator
        var isGood = false
        /// Uploads that the box may count as delivered.
        var delivered: Set<String> = []
        var sentAgain: [String] = []
        /// Cards by what is known of them.
        var asked: Set<String> = []
        var logged: Set<String> = []
        var owesBooking: Set<String> = []
        var booked: Set<String> = []
    }

    /// A platform that asks for a pause has one, and everything would wait with it.
    private let rows: [LooseReply.Call: [LooseReply]]
    private let state: Mutex<State>

    init(seed: UInt64) throws {
        let rows = try LooseReplyFile.rows().filter { $0.headers["Retry-After"] == nil }.map(Self.withoutLine)
        self.rows = Dictionary(grouping: rows, by: \.call)
        state = Mutex(State(random: SeededGenerator(seed: seed)))
    }

    /// None of the riders is on the line of those lists, and rides are what this is about.
    private static func withoutLine(_ row: LooseReply) -> LooseReply {
        guard row.call == .heartbeat else { return row }
        var changed = row
        let switches = ["\"is_line_white\":1", "\"is_line_white\":0"].map { Array($0.utf8) }
        if let place = row.body.firstRange(of: switches[0]) { changed.body.replaceSubrange(place, with: switches[1]) }
        return changed
    }

    func becomeGood() { state.withLock { $0.isGood = true } }

    /// Nil: as a good platform does.
    func answer(_ request: PlatformRequestRecord) -> PlatformAnswer? {
        state.withLock { state in
            let isBooking = request.call == "card_check" && request.fields["check_mode"] == "1"
            let calls = LooseReply.Call.allCases.filter {
                $0.name == request.call && $0 != (isBooking ? .check : .booking)
            }
            let candidates = calls.flatMap { rows[$0] ?? [] }
            let isGood = state.isGood || Int.random(in: 0..<10, using: &state.random) < 3
            let row = isGood ? nil : candidates.randomElement(using: &state.random)
            note(request, isBooking: isBooking, row, &state)
            return row.map { PlatformAnswer($0) }
        }
    }

    private func note(_ request: PlatformRequestRecord, isBooking: Bool, _ row: LooseReply?, _ state: inout State) {
        let card = request.fields["card_id"] ?? ""
        switch request.call {
        case "card_check" where !isBooking: state.asked.insert(card)
        case "card_check", "card_check_log":
            let upload = "\(request.call) \(request.requestID) of \(card)"
            if state.delivered.contains(upload) { state.sentAgain.append(upload) }
            guard row == nil || row?.facts["outbox"] == "empty" && row?.facts["again"] == "no" else { return }
            state.delivered.insert(upload)
            if isBooking {
                state.booked.insert(card)
            } else {
                state.logged.insert(card)
                if request.fields["status"] == "0" { state.owesBooking.insert(card) }
            }
        default: break
        }
    }

    func balance(riders: [String]) {
        state.withLock { state in
            #expect(state.sentAgain.isEmpty, "sent although the platform had them")
            #expect(Set(riders).subtracting(state.logged.union(state.asked)).isEmpty, "riders without a record")
            #expect(state.owesBooking.subtracting(state.booked).isEmpty, "rides that nobody booked")
            #expect(state.logged.count > riders.count / 10 && state.booked.count > riders.count / 10)
        }
    }
}
