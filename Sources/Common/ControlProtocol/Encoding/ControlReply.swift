import JSON

/// A `result` of the control protocol, as a value on both sides.
public protocol ControlReply: Hashable, Sendable {
    var json: JSONValue { get }

    /// Nil when `json` is something else altogether.
    init?(_ json: JSONValue)
}

/// A reply, or a part of one, that is a JSON object.
public protocol ControlValue: ControlReply {
    /// With nothing known: what an object without members stands for.
    init()

    /// Names each member, in the order in which they are written.
    mutating func members(_ member: inout ControlMembers)
}

extension ControlValue {
    public var json: JSONValue { .object(ControlMembers.object(of: self)) }

    public init?(_ json: JSONValue) {
        guard let value = json.object.flatMap({ ControlMembers.value(of: $0, as: Self.self) }) else { return nil }
        self = value
    }
}

/// A reply that may be null.
extension Optional: ControlReply where Wrapped: ControlValue {
    public var json: JSONValue { self.map(\.json) ?? .null }

    public init?(_ json: JSONValue) {
        if json.isNull {
            self = .none
        } else if let value = Wrapped(json) {
            self = .some(value)
        } else {
            return nil
        }
    }
}
