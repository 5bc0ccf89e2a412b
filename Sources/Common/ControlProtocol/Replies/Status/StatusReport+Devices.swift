extension StatusReport {
    /// One of `readers` or `scanners`.
    public struct Source: ControlValue {
        public var id = ""
        public var device = ""
        /// `ready`, `recovering` or `absent`.
        public var state = ""
        /// Firmware, or what went wrong last and what happens next; empty when there is nothing to say.
        public var detail = ""
        /// Since it last answered or read something; nil before that.
        public var lastSeenAge: Duration?
        /// Cards or codes read since the start.
        public var reads: Int?
        /// Cards found that could not be read, or scans thrown away, since the start.
        public var failedReads: Int?
        /// Taps that were refused without a record since the start, since there were too many, or the outbox had no room for refusals.
        public var unrecordedRefusals: Int?
        /// Nil of a scanner, which cannot be asked whether it is well.
        public var recovery: Recovery?

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("id", &id)
            member("device", &device)
            member("state", &state)
            member("detail", &detail)
            member("last_seen_age_s", seconds: &lastSeenAge)
            member("reads", &reads)
            member("failed_reads", &failedReads)
            member("unrecorded_refusals", ifPresent: &unrecordedRefusals)
            member("recovery", ifPresent: &recovery)
        }
    }

    /// How often each step was taken to bring a reader back, since the start.
    public struct Recovery: ControlValue {
        public var aborts: Int?
        public var reinitialisations: Int?
        public var reopenings: Int?
        public var powerCycles: Int?

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("aborts", &aborts)
            member("reinitialisations", &reinitialisations)
            member("reopenings", &reopenings)
            member("power_cycles", &powerCycles)
        }
    }
}
