/// What a command tells of which nothing is to be told but that it was carried out.
public struct Done: ControlValue {
    public init() {}

    public mutating func members(_ member: inout ControlMembers) {}
}
