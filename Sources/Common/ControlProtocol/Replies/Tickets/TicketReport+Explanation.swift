import Base
import Fares

extension TicketReport {
    /// The clock's word for a moment that somebody has named.
    public static let givenTime = "given"

    /// What a code says by itself. Whoever knows more of it, and by what it was judged, adds that.
    ///
    /// - Parameters:
    ///   - explanation: nil of a code that no configured codec knows.
    ///   - otherCodec: one that is not configured, and would know it.
    ///   - masksCards: whether what names a person is masked.
    public init(
        of payload: [UInt8], _ explanation: TicketExplanation?, otherCodec: TicketCodecKind?, reason: Reason, masksCards: Bool
    ) {
        self.init()
        isText = String(scannedCode: payload) != nil
        byteCount = payload.count
        (outcome, self.reason) = ((reason == .ok ? Outcome.accepted : .refused).name, reason.rawValue)
        guard let explanation else {
            resembles = otherCodec?.rawValue ?? ForeignCode(payload)?.rawValue
            return
        }
        codec = explanation.codec.rawValue
        fields = explanation.fields.map { Field($0, masksCards: masksCards) }
        checks = explanation.examination.steps.map { Check($0) }
    }
}

extension TicketReport.Field {
    fileprivate init(_ field: TicketField, masksCards: Bool) {
        self.init()
        name = field.name
        value = masksCards && field.isPersonal && !field.value.isEmpty ? field.value.masked : field.value
    }
}

extension TicketReport.Check {
    fileprivate init(_ step: TicketExamination.Step) {
        self.init()
        (name, detail) = (step.check.rawValue, step.detail)
        (isPassed, reason) = (step.fault == nil, step.fault.map { Reason($0).rawValue })
    }
}

extension TicketReport.Standing {
    public init(_ standing: CardStanding) {
        self.init()
        (isBlocked, isOnWhiteList, isOnLineList) = (standing.isBlocked, standing.isOnWhiteList, standing.isOnLineList)
    }
}
