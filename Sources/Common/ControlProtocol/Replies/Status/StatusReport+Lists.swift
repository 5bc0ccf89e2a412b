extension StatusReport {
    /// `lists`: the card lists and ticket keys that the box holds.
    public struct Lists: ControlValue {
        public var cards = List()
        public var line = List()
        public var keys = Keys()

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("cards", &cards)
            member("line", &line)
            member("keys", &keys)
        }
    }

    public struct List: ControlValue {
        /// `"0"` before any.
        public var version = ""
        /// Of the increments applied since; `"0"` on a line list.
        public var incrementVersion = ""
        /// Cards.
        public var count: Int?
        /// Since it was adopted; nil when no clock was trusted then or is now.
        public var age: Duration?

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("version", &version)
            member("increment_version", &incrementVersion)
            member("count", &count)
            member("age_s", seconds: &age)
        }
    }

    public struct Keys: ControlValue {
        /// `"0"` before any key group.
        public var version = ""
        public var count: Int?
        /// Since the group came into force; nil when that is not known.
        public var age: Duration?
        public var ids: [Int] = []
        /// Of the earlier group whose tickets are still honoured.
        public var previousVersion: String?
        /// Without a provisioning secret, one captured code is enough to search the key.
        public var isWeak = false
        public var roots = Roots()

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("version", &version)
            member("count", &count)
            member("age_s", seconds: &age)
            member("ids", &ids)
            member("previous_version", &previousVersion)
            member("weak", &isWeak)
            member("roots", &roots)
        }
    }
}
