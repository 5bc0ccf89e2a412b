import Base
import Fares
import ValidatorCore

/// A box without an outbox: no ride can be recorded, so nobody is let on.
public struct OutOfService: Sendable {
    private let sources: [Policy.Source]

    /// - Parameter sources: the readers and scanners, as in `Policy`.
    public init(sources: [Policy.Source]) {
        self.sources = sources
    }

    /// Red for whoever presents something; nil for any other event.
    public func answer(to event: Event, at moment: Moment) -> Answer? {
        let (source, subject): (SourceIndex, Subject)
        switch event {
        case .card(let uid, let reader):
            guard sources[reader].decides, let card = CardNumberProfile.standIn(for: uid) else { return nil }
            (source, subject) = (reader, .card(card))
        case .ticket(let payload, let scanner):
            guard sources[scanner].decides, !payload.isEmpty else { return nil }
            (source, subject) = (scanner, .ticket(payload))
        default: return nil
        }
        return Answer(
            source: source, subject: subject, isGreen: false, outcome: .refused, reason: .outOfService, mode: .offline,
            record: nil, received: moment.instant)
    }
}
