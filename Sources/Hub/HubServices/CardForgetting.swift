import Fares
import HubDomain
import HubStore

/// Takes one card out of all records.
public struct CardForgetting: Sendable {
    /// Records that are looked at in one transaction, so that no rider waits for all of them.
    private static let recordsAtOnce = 2000
    /// How often the write-ahead log is tried to be emptied, and how long after a try the next one comes.
    private static let tries = 50
    private static let pause = Duration.milliseconds(100)

    let store: any HubStore
    let pseudonyms: Pseudonyms

    public init(_ store: any HubStore, _ pseudonyms: Pseudonyms) {
        (self.store, self.pseudonyms) = (store, pseudonyms)
    }

    /// Puts a pseudonym in the place of the card in every record that is about it or shows it.
    /// - Returns: in how many.
    public func forget(_ card: CardNumber) async throws -> Int {
        var (last, total) = (RecordCursor?.none, 0)
        while let slice = try await store.rename(
            after: last, limit: Self.recordsAtOnce,
            { [pseudonyms] in pseudonyms.mentions(card, in: $0) ? pseudonyms.name(for: $0) : nil })
        {
            last = slice.last
            total += slice.count
        }
        return total
    }

    /// How many calls for the platform that wait or were refused show the card. They keep it: the platform settles by them.
    public func countCalls(naming card: CardNumber) async throws -> Int {
        var count = 0
        for state in [Forward.State.waiting, .refused] {
            try await store.forEachForward(state, deviceID: nil) { call in
                if pseudonyms.mentions(card, in: String(decoding: call.fields, as: UTF8.self)) { count += 1 }
            }
        }
        return count
    }

    /// Leaves nothing of the card in the store's log.
    /// - Returns: false where somebody read it all the while.
    public func emptyLog() async throws -> Bool {
        for _ in 0..<Self.tries {
            if try await store.emptyLog() { return true }
            try await Task.sleep(for: Self.pause)
        }
        return false
    }
}
