import Base
import Testing

@testable import ReaderDrivers

@Suite("Tags in a field")
struct TagPresenceTests {
    let epc: [UInt8] = [0xE2, 0x00]
    let uid: [UInt8] = [0x12, 0x34]

    /// Rounds that end every 100 ms; `sees` tells in which the tag is reported. The rounds in which it has just come.
    func arrivals(rounds: Int, sees: (Int) -> Bool) -> [Int] {
        var presence = TagPresence()
        return (0..<rounds).filter { round in
            defer { presence.roundEnded(at: Instant(nanoseconds: Int64(round) * 100_000_000)) }
            guard sees(round) else { return false }
            if let known = presence.reported(epc: epc) {
                #expect(known == uid)
                return false
            }
            presence.tell(epc: epc, uid: uid)
            return true
        }
    }

    @Test("a tag that is seen for hours comes once")
    func stays() {
        #expect(arrivals(rounds: 100_000) { _ in true } == [0])
    }

    @Test("a tag that is missed for less than two seconds is not gone")
    func missed() {
        #expect(arrivals(rounds: 1000) { $0.isMultiple(of: 19) } == [0])
    }

    @Test("a tag that is missed for two seconds comes anew")
    func gone() {
        #expect(arrivals(rounds: 60) { $0 < 10 || $0 > 35 } == [0, 36])
    }

    @Test("a tag is not gone because a round takes long")
    func longRounds() {
        var presence = TagPresence()
        presence.tell(epc: epc, uid: uid)
        for minute in 1...10 as ClosedRange<Int64> {
            presence.roundEnded(at: Instant(nanoseconds: minute * 60_000_000_000))
            #expect(presence.reported(epc: epc) == uid)
        }
        presence.roundEnded(at: Instant(nanoseconds: 11 * 60_000_000_000))
        presence.roundEnded(at: Instant(nanoseconds: 12 * 60_000_000_000))
        presence.roundEnded(at: Instant(nanoseconds: 13 * 60_000_000_000))
        #expect(presence.reported(epc: epc) == nil)
    }

    @Test("an outage is no departure, and what was missed before it does not count")
    func outage() {
        var presence = TagPresence()
        func second(_ count: Int64) -> Instant { Instant(nanoseconds: count * 1_000_000_000) }
        presence.tell(epc: epc, uid: uid)
        presence.roundEnded(at: second(0))
        presence.roundEnded(at: second(1))
        presence.roundEnded(at: second(2))
        presence.interrupted()
        presence.roundEnded(at: second(600))
        presence.roundEnded(at: second(601))
        #expect(presence.reported(epc: epc) == uid)
        presence.interrupted()
        for count in 700...704 as ClosedRange<Int64> { presence.roundEnded(at: second(count)) }
        #expect(presence.reported(epc: epc) == nil)
    }

    @Test("10,000 tags fit, and of more the one that was seen longest ago is forgotten")
    func limit() {
        var presence = TagPresence()
        func name(_ number: Int) -> [UInt8] { [UInt8(number >> 16), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)] }
        for number in 0..<TagPresence.limit { presence.tell(epc: name(number), uid: uid) }
        #expect(presence.reported(epc: name(0)) == uid)
        presence.tell(epc: name(TagPresence.limit), uid: uid)
        #expect(presence.reported(epc: name(0)) == uid)
        #expect(presence.reported(epc: name(1)) == nil)
        #expect(presence.reported(epc: name(2)) == uid)
    }

    @Test("a full cache forgets what was stored longest ago, whatever the order")
    func cache() {
        var random = SeededGenerator(seed: 5)
        var cache = LeastRecentlyUsedCache<Int, Int>(capacity: 7)
        var order: [Int] = []
        for step in 0..<5000 {
            let key = Int.random(in: 0..<12, using: &random)
            cache.store(step, for: key)
            order.removeAll { $0 == key }
            order.append(key)
            let kept = order.suffix(7)
            #expect((0..<12).filter { cache.value(for: $0) != nil } == kept.sorted())
            #expect(cache.value(for: key) == step && cache.count == kept.count)
        }
    }
}
