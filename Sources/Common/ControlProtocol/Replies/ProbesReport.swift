/// What `readers_probe` tells: the latest card of each reader.
public struct ProbesReport: ControlValue {
    public var readers: [CardProbe] = []

    public init() {}

    public init(readers: [CardProbe]) { self.readers = readers }

    public mutating func members(_ member: inout ControlMembers) {
        member("readers", &readers)
    }
}
