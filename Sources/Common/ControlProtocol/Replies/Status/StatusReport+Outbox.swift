extension StatusReport {
    /// `outbox`: what waits to be uploaded. A tap has two uploads, its booking and its log.
    public struct Outbox: ControlValue {
        /// Uploads of taps that wait.
        public var records: Int?
        public var positions: Int?
        /// Uploads of taps that the platform refused for good.
        public var refused: Int?
        /// Uploads of taps that a technician carried away in a file.
        public var collected: Int?
        /// Since the outbox was begun.
        public var droppedPositions: Int?
        /// Of the oldest record that waits; nil when none does.
        public var oldestAge: Duration?
        /// The longest that a record has waited for the disk since the start.
        public var longestSync: Duration?
        /// The latest upload that brought no usable reply, be it that others have succeeded since; nil when there was none.
        public var lastError: String?
        public var lastErrorAge: Duration?
        /// Its call, as the platform's document names it.
        public var lastErrorCall: String?

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("records", &records)
            member("positions", &positions)
            member("refused", &refused)
            member("collected", &collected)
            member("dropped_positions", &droppedPositions)
            member("oldest_age_s", seconds: &oldestAge)
            member("longest_sync_ms", milliseconds: &longestSync)
            member("last_error", &lastError)
            member("last_error_age_s", seconds: &lastErrorAge)
            member("last_error_call", &lastErrorCall)
        }
    }
}
