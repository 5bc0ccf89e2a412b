/// How many uploads a command has changed; the member says how, and the others are nil.
public struct RecordChange: ControlValue {
    /// Refused ones that wait again.
    public var retried: Int?
    /// Those that no longer wait or stand refused, since a file holds them.
    public var collected: Int?
    /// Collected ones that wait again.
    public var returned: Int?

    public init() {}

    public mutating func members(_ member: inout ControlMembers) {
        member("retried", ifPresent: &retried)
        member("collected", ifPresent: &collected)
        member("returned", ifPresent: &returned)
    }
}
