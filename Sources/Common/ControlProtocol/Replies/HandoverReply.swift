/// Whether the box has ended for good; if not, it has records that are not on the stick.
public struct HandoverReply: ControlValue {
    public var isHandedOver = false

    public init() {}

    public init(isHandedOver: Bool) { self.isHandedOver = isHandedOver }

    public mutating func members(_ member: inout ControlMembers) {
        member("handed_over", &isHandedOver)
    }
}
