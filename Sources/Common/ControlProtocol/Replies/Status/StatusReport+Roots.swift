extension StatusReport {
    /// `lists.keys.roots`: the root keys of the transport ministry's code.
    public struct Roots: ControlValue {
        /// Names the set; empty without keys.
        public var version = ""
        public var keys: [Root] = []

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("version", &version)
            member("keys", &keys)
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
