import Base
import Fares

/// Several chips on one reader are one rider.
extension Validator {
    /// A card has come to a reader all of whose chips are one tap.
    mutating func presentChip(
        _ uid: [UInt8], to reader: SourceIndex, at moment: Moment, outbox: OutboxCounts, effects: inout [Effect]
    ) {
        if var group = chipGroups[reader], group.takesIn(uid, at: moment.instant) {
            let isNext = group.joins(uid, at: moment.instant)
            chipGroups[reader] = group
            if isNext { presentCard(uid, to: reader, at: moment, outbox: outbox, effects: &effects) }
        } else {
            beginGroup(uid, on: reader, at: moment, outbox: outbox, effects: &effects)
        }
    }

    /// The platform is asked about a chip.
    mutating func noteQuestion(_ presentation: Presentation) {
        guard chipGroups[presentation.key.source]?.contains(presentation.uid) == true else { return }
        chipGroups[presentation.key.source]?.isAsking = true
    }

    /// A chip got the light of its earlier tap once more.
    mutating func noteRepeat(_ answer: Answer, of uid: [UInt8]) {
        guard chipGroups[answer.source]?.contains(uid) == true else { return }
        if answer.isGreen { chipGroups[answer.source]?.accept(uid) } else { _ = chipGroups[answer.source]?.refuse(uid) }
    }

    /// A card that was there is read again.
    mutating func seeChip(
        _ uid: [UInt8], on reader: SourceIndex, at moment: Moment, outbox: OutboxCounts, effects: inout [Effect]
    ) {
        switch chipGroups[reader]?.seen(uid, at: moment.instant) {
        case nil, .nothing: break
        case .refusedChipIsAlone: recordHeldRefusal(on: reader, at: moment, outbox: outbox, effects: &effects)
        case .otherRider: beginGroup(uid, on: reader, at: moment, outbox: outbox, effects: &effects)
        }
    }

    mutating func recordOverdueRefusals(at moment: Moment, outbox: OutboxCounts, effects: inout [Effect]) {
        for (reader, group) in chipGroups.sorted(by: { $0.key < $1.key }) {
            guard let due = group.due, due <= moment.instant else { continue }
            recordHeldRefusal(on: reader, at: moment, outbox: outbox, effects: &effects)
        }
    }

    /// When `recordOverdueRefusals` has something to do.
    var nextRefusalDue: Instant? { chipGroups.values.compactMap(\.due).min() }

    /// What was decided about a chip of a group. The decision, if it is to be recorded now.
    mutating func settleInGroup(_ decision: DecidedTap, at moment: Moment) -> DecidedTap? {
        let (reader, uid) = (decision.presentation.key.source, decision.presentation.uid)
        guard var group = chipGroups[reader], group.contains(uid) else { return decision }
        group.isAsking = false
        var isRecorded = true
        if decision.reason == .ok {
            group.accept(uid)
        } else if group.held == nil, group.verdict == .undecided, decision.mayBeOutdone {
            group.hold(decision, at: moment.instant)
            isRecorded = false
        } else {
            isRecorded = !group.refuse(uid)
        }
        chipGroups[reader] = group
        return isRecorded ? decision : nil
    }

    /// The chip that has waited for what became of one beside it.
    mutating func presentNextChip(
        on reader: SourceIndex, at moment: Moment, outbox: OutboxCounts, effects: inout [Effect]
    ) {
        guard let next = chipGroups[reader]?.nextUntried() else { return }
        presentCard(next, to: reader, at: moment, outbox: outbox, effects: &effects)
    }

    private mutating func beginGroup(
        _ uid: [UInt8], on reader: SourceIndex, at moment: Moment, outbox: OutboxCounts, effects: inout [Effect]
    ) {
        recordHeldRefusal(on: reader, at: moment, outbox: outbox, effects: &effects)
        chipGroups[reader] = ChipGroup(lead: uid, at: moment.instant)
        presentCard(uid, to: reader, at: moment, outbox: outbox, effects: &effects)
    }

    private mutating func recordHeldRefusal(
        on reader: SourceIndex, at moment: Moment, outbox: OutboxCounts, effects: inout [Effect]
    ) {
        guard let decision = chipGroups[reader]?.takeHeld() else { return }
        keep(decision, at: moment, outbox: outbox, effects: &effects)
    }
}
