import Base

/// Read events: who is at the readers, whatever the rider is told.
extension Validator {
    mutating func noteRead(
        _ tid: [UInt8], on reader: SourceIndex, isEntry: Bool, at moment: Moment, effects: inout [Effect]
    ) {
        guard policy.tracksReadEvents, !tid.isEmpty else { return }
        readEvents.read(
            tid, on: reader, isEntry: isEntry, at: moment.instant, wall: clock.reading(at: moment).wall, ids: &ids,
            effects: &effects)
    }
}
