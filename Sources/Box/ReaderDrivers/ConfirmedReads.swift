import Base

/// What of a reader's cards counts, whatever its protocol: a number that is all zeros is none, and a number counts once it was
/// read so often as the configuration wants. Every driver's machine runs inside this one.
struct ConfirmedReads: ReaderMachine {
    private var machine: any ReaderMachine
    /// Of one card, without its going in between.
    private let wantedReads: Int
    /// How often each card was read; of one that counts, `wantedReads`. Empty where one read is enough.
    private var reads = LeastRecentlyUsedCache<[UInt8], Int>(capacity: TagPresence.limit)

    /// `wantedReads`: at least 1.
    init(_ machine: any ReaderMachine, wantedReads: Int) {
        precondition(wantedReads >= 1, "a card that counts was read")
        self.machine = machine
        self.wantedReads = wantedReads
    }

    var nextDeadline: Instant? { machine.nextDeadline }

    mutating func handle(_ event: DeviceEvent, now: Instant) -> [CardReaderOutput] {
        machine.handle(event, now: now).compactMap { confirmed($0) }
    }

    private mutating func confirmed(_ output: CardReaderOutput) -> CardReaderOutput? {
        switch output {
        // What a module without a card, or with half of one, sends all the same.
        case .card(let uid) where Self.isBlank(uid): .unreadable
        case .sighting(let uid) where Self.isBlank(uid): nil
        case .card(let uid): wantedReads == 1 ? output : read(uid, times: 1)
        case .sighting(let uid): wantedReads == 1 ? output : readAgain(uid)
        default: output
        }
    }

    private mutating func readAgain(_ uid: [UInt8]) -> CardReaderOutput? {
        let before = reads.value(for: uid) ?? 0
        return before >= wantedReads ? .sighting(uid: uid) : read(uid, times: before + 1)
    }

    private mutating func read(_ uid: [UInt8], times: Int) -> CardReaderOutput? {
        reads.store(times, for: uid)
        return times == wantedReads ? .card(uid: uid) : nil
    }

    private static func isBlank(_ uid: [UInt8]) -> Bool { uid.allSatisfy { $0 == 0 } }
}
