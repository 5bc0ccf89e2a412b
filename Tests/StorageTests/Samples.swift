import Base
import Fares
import Foundation
import Storage
import TestSupport
import ValidatorCore

extension TemporaryFolder {
    var outboxPath: String { path + "/outbox.db" }

    func openOutbox(_ limits: OutboxLimits = .small()) throws -> Outbox {
        try Outbox(path: outboxPath, limits: limits)
    }

    /// Closes the outbox, whose books must be right, and opens it anew.
    func reopen(_ outbox: consuming Outbox) throws -> Outbox {
        try outbox.checkBooks()
        return try openAgain(outbox)
    }

    /// Closes the outbox, whatever its books say, and opens it anew.
    func openAgain(_ outbox: consuming Outbox) throws -> Outbox {
        _ = consume outbox
        return try openOutbox()
    }
}

extension Outbox {
    /// Writes so much that an idle loop checkpoints.
    mutating func fillLog() throws {
        var state = BoxState()
        state.enterpriseID = String(repeating: "x", count: 600_000)
        _ = try commit([], state: state)
        _ = try commit([], state: BoxState())
    }
}

extension OutboxLimits {
    /// Bounds that a test reaches.
    static func small(positions: Int = 50, finishedTaps: Int = 20) -> OutboxLimits {
        var limits = OutboxLimits(positions: positions)
        limits.finishedTaps = finishedTaps
        limits.usedTickets = 100
        limits.incrementRows = 50
        limits.incrementEntries = 30
        return limits
    }
}

extension RootKeySet {
    /// Two keys, of which one ends.
    static let sample = RootKeySet(
        kept: [
            RootKey(index: 6, point: [UInt8](repeating: 7, count: 64), end: nil),
            RootKey(index: 255, point: [UInt8](repeating: 8, count: 64), end: CertificateMonth(year: 2039, month: 12)),
        ].compactMap(\.self), version: "0123456789abcdef")!
}

let thisBoot = UniqueID(high: 0xB001, low: 1)
let earlierBoot = UniqueID(high: 0xB000, low: 1)
let someTime = WallTime(seconds: 1_700_000_000)

extension Stamp {
    /// The `number`-th second of a bus's day.
    static func second(_ number: Int, boot: UniqueID = thisBoot, source: ClockSource = .gps) -> Stamp {
        Stamp(
            instant: Instant(nanoseconds: Int64(number) * 1_000_000_000), boot: boot, wall: someTime + .seconds(number),
            source: source)
    }
}

extension Tap {
    /// A tap that its number tells from every other.
    static func sample(
        _ number: Int, pending: UploadParts = [.booking, .log], ticket: Bool = false, stamp: Stamp? = nil
    ) -> Tap {
        let bytes = [UInt8](repeating: UInt8(number & 0xFF), count: 28) + [UInt8(number >> 8 & 0xFF), UInt8(number >> 16 & 0xFF)]
        return Tap(
            logID: UniqueID(high: 1, low: UInt64(number)), bookingID: UniqueID(high: 2, low: UInt64(number)),
            source: ticket ? "c2423f11d47245038e7fa3527b3b3c02" : "0a3e46ca01ea43bd941ddcbec693e1c6",
            subject: ticket
                ? .ticket(bytes) : CardNumber(hexadecimal([UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)])).map(Subject.card)!,
            outcome: .accepted, reason: .ok, mode: .offline, stamp: stamp ?? .second(number),
            position: number % 2 == 0 ? Position(latitude: 31.2, longitude: 121.4, speedKilometresPerHour: 30) : nil,
            pending: pending,
            usedTicket: ticket
                ? UsedTicket(bytes: bytes, expires: someTime + .seconds(600 + number), lifetime: .seconds(720)) : nil)
    }
}

extension PositionRecord {
    static func sample(_ number: Int) -> PositionRecord {
        PositionRecord(
            requestID: UniqueID(high: 3, low: UInt64(number)), stamp: .second(number),
            position: Position(latitude: 31, longitude: 121, speedKilometresPerHour: nil, course: Double(number % 360)))
    }
}

extension OngoingReading {
    /// A visit that its number tells from every other.
    static func sample(_ number: Int, row: Int? = nil) -> OngoingReading {
        OngoingReading(
            row: row ?? number, id: UniqueID(high: 4, low: UInt64(number)),
            tid: [0xE2, UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)],
            reader: "0a3e46ca01ea43bd941ddcbec693e1c6", firstRead: someTime + .seconds(number),
            lastRead: someTime + .seconds(number),
            timeout: .milliseconds(3000))
    }
}

extension CardSet {
    /// A set built the way lists are.
    static func of(_ cards: [CardNumber]) -> CardSet {
        var builder = CardListBuilder(unlisted: .blocked)
        for card in cards { builder.append(CardListEntry(card: card, isListed: true)) }
        var build = builder.build()
        while true {
            if let list = build.step(rows: 1 << 20) { return list.white }
        }
    }
}
