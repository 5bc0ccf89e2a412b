/// A code under examination: what was held against it, and how it fared.
///
/// A codec asks one check after the other. For a rider the first that fails ends it, so that a hostile code costs as little as may be;
/// for a technician all are made that can be.
public struct TicketExamination: Hashable, Sendable {
    /// What is checked.
    public enum Check: String, CaseIterable, Sendable {
        /// Length, marks and fields are as the codec's layout has them.
        case form
        case issuer
        case account
        /// VT1: whether its key is among ours.
        case key
        /// VT1: the authentication code.
        case seal
        case rootKey = "root_key"
        case certificateTime = "certificate_time"
        case authorisationTime = "authorisation_time"
        case start
        case end
        case amount
        case certificateSignature = "certificate_signature"
        case authorisationSignature = "authorisation_signature"
        case userSignature = "user_signature"
    }

    /// One check and its outcome.
    public struct Step: Hashable, Sendable {
        public var check: Check
        /// Nil where it passed.
        public var fault: TicketFault?
        /// What was compared, for a technician; empty in a rider's examination.
        public var detail: String
    }

    /// False: the first fault ends it.
    public let isThorough: Bool
    public private(set) var steps: [Step] = []
    /// The first thing that stands against the code.
    public private(set) var fault: TicketFault?

    init(isThorough: Bool) { self.isThorough = isThorough }

    /// Notes the outcome of a check.
    ///
    /// - Returns: whether the examination goes on.
    mutating func note(
        _ check: Check, _ isPassed: Bool, else fault: TicketFault, _ detail: @autoclosure () -> String
    ) -> Bool {
        if !isPassed, self.fault == nil { self.fault = fault }
        guard isThorough else { return isPassed }
        steps.append(Step(check: check, fault: isPassed ? nil : fault, detail: detail()))
        return true
    }
}
