/// One field of a code, as a technician reads it.
public struct TicketField: Hashable, Sendable {
    /// In snake case; stable, since scripts read it.
    public var name: String
    public var value: String
    /// Names a person, and is masked wherever card numbers are.
    public var isPersonal: Bool

    public init(_ name: String, _ value: String, isPersonal: Bool = false) {
        self.name = name
        self.value = value
        self.isPersonal = isPersonal
    }
}
