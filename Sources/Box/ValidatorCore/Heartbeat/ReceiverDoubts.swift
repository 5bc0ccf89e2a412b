import Base

/// What of the receiver is not believed, told once with what to do about it.
struct ReceiverDoubts: Sendable {
    enum Kind: Hashable, Sendable { case time, repetition, invention }

    private var told: [Kind: (at: Instant, isOver: Bool)] = [:]

    /// It told a time that was not believed.
    mutating func doubt(_ time: WallTime, _ doubt: TrustedClock.Doubt, at now: Instant, effects: inout [Effect]) {
        let reason =
            switch doubt {
            case .beforeBuild: "it is earlier than this software"
            case .longAfterBuild: "it is ten years later than this software"
            case .apartFromServer(let ahead) where ahead < .zero:
                "it is \((.zero - ahead).wholeSeconds) s behind the platform's"
            case .apartFromServer(let ahead): "it is \(ahead.wholeSeconds) s ahead of the platform's"
            }
        tell(
            .time,
            "the GPS receiver's time \(time.timestamp) is not believed: \(reason). Receivers miscount weeks when they grow old: "
                + "update the receiver's firmware or replace it, and see whether the platform's clock is right",
            at: now, effects: &effects)
    }

    /// It has said the same for long.
    mutating func doubtRepetition(by receiver: String, at now: Instant, effects: inout [Effect]) {
        tell(
            .repetition,
            "the GPS receiver \(receiver) repeats its last report, time included: neither is believed. Take its power away for "
                + "a moment; if it does so again, replace it",
            at: now, effects: &effects)
    }

    /// It says itself that it has not seen the place.
    mutating func doubtInvention(by receiver: String, at now: Instant, effects: inout [Effect]) {
        tell(
            .invention,
            "the GPS receiver \(receiver) reports a simulated position, or one entered by hand: no fix and no time. Switch "
                + "that off in the receiver's own settings, or reset them",
            at: now, effects: &effects)
    }

    /// It is believed in everything: what is doubted from now on is news, though not more often than once an hour.
    mutating func end() {
        for kind in told.keys { told[kind]?.isOver = true }
    }

    private mutating func tell(_ kind: Kind, _ text: String, at now: Instant, effects: inout [Effect]) {
        if let last = told[kind], !last.isOver || now - last.at < Limits.receiverComplaint { return }
        told[kind] = (now, false)
        effects.tell(.warning, text)
    }
}
