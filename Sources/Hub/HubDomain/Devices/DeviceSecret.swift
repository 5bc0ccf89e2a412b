import Base

/// What a box proves with that it is the device that it says it is: in its token call, in a file that it wrote, to a new provisioning
/// file.
public struct DeviceSecret: Hashable, Sendable {
    public enum Holder: Hashable, Sendable {
        /// This device alone; `add-device` or `set-secret` made it.
        case device
        /// Every device of before, which knows `tokens.secret_file`: it proves that a box is of the fleet, not which.
        case fleet
    }

    /// A new one, for one device: 192 bits in letters and digits.
    public static func new(using random: inout some UnpredictableGenerator) -> String {
        hexadecimal((0..<24).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    public var bytes: [UInt8]
    public var holder: Holder

    public init(_ bytes: [UInt8], of holder: Holder) {
        (self.bytes, self.holder) = (bytes, holder)
    }
}

extension HubPolicy {
    /// The only secret that counts for `device`: its own, or where it has none or nobody registered it, the fleet's. Nil for a device that
    /// is revoked, and where there is neither.
    public func secret(of device: Device?) -> DeviceSecret? {
        guard device?.revoked == nil else { return nil }
        if let own = device?.secret { return DeviceSecret(own, of: .device) }
        return secret.isEmpty ? nil : DeviceSecret(secret, of: .fleet)
    }
}
