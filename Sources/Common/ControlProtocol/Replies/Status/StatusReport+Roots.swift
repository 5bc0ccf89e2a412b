extension StatusReport {
    /// `lists.keys.roots`: the root keys of the transport ministry's code.
    public struct Roots: ControlValue {
        /// Names the set; empty without keys.
        public var version = ""
        public var keys: [Root] = []
        /// Whether the codec that needs them is in use (`tickets.codecs`).
        public var areUsed = false
        /// Why the file that the configuration names was not taken; nil when it was, and when none is named.
        public var trouble: String?

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("version", &version)
            member("keys", &keys)
            member("in_use", &areUsed)
            member("trouble", &trouble)
        }
    }

    public struct Root: ControlValue {
        /// By which a code names it.
        public var index: Int?
        /// The month to the end of which it holds, `2039-12`; nil when nobody said.
        public var end: String?

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("index", &index)
            member("end", &end)
        }
    }
}
