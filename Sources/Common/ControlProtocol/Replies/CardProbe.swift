/// A reader's latest card, written as each profile of card numbers would, and held against the lists: by it a technician finds
/// the `card_number` under which the operator knows its cards.
public struct CardProbe: ControlValue {
    /// One profile's reading of the card.
    public struct Candidate: ControlValue {
        /// A word of `reader.card_number`.
        public var profile = ""
        /// Whole; nil when the profile has no number for such a UID.
        public var number: String?
        public var lists: [Listing] = []

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("card_number", &profile)
            member("number", &number)
            member("lists", &lists)
        }
    }

    /// A list that holds the number.
    public struct Listing: ControlValue {
        /// `cards` or `line`.
        public var list = ""
        public var isBlocked = false

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("list", &list)
            member("blocked", &isBlocked)
        }
    }

    public var reader = ""
    /// `card_number` of the configuration.
    public var profile = ""
    /// Hexadecimal digits; nil before the first card.
    public var uid: String?
    /// Since it was read.
    public var age: Duration?
    /// Empty before the first card.
    public var candidates: [Candidate] = []

    public init() {}

    public mutating func members(_ member: inout ControlMembers) {
        member("reader", &reader)
        member("card_number", &profile)
        member("uid", &uid)
        member("age_ms", milliseconds: &age)
        member("candidates", &candidates)
    }
}
