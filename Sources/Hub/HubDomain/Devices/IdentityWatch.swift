import Base

/// Finds out that two boxes call under one identity: a box that was copied, or a secret that was stolen. Their heartbeats come from two addresses
/// by turns. One box has an address until its network gives it another, and hardly ever the one before again.
public struct IdentityWatch: Sendable {
    /// Returns to the address before, within `window`, that one box does not make.
    static let returns = 4
    static let window = Duration.seconds(300)
    /// Between two alarms of one device.
    static let pause = Duration.seconds(3600)
    /// Devices that are watched; those beyond are not.
    static let limit = 200_000

    private struct Sighting {
        var address: String
        var former: String?
        var returns = 0
        var firstReturn = Instant(nanoseconds: 0)
        var told: Instant?
    }

    private var sightings: [String: Sighting] = [:]

    public init() {}

    /// - Parameters:
    ///   - deviceID: of a device that has proved who it is, as far as that is asked.
    ///   - address: where its heartbeat came from.
    /// - Returns: both addresses, where an operator is to be told.
    public mutating func saw(_ deviceID: String, from address: String, at now: Instant) -> (String, String)? {
        guard var sighting = sightings[deviceID] else {
            if sightings.count < Self.limit { sightings[deviceID] = Sighting(address: address) }
            return nil
        }
        guard sighting.address != address else { return nil }
        defer { sightings[deviceID] = sighting }
        if sighting.former != address {
            (sighting.former, sighting.returns) = (sighting.address, 0)
        } else {
            sighting.former = sighting.address
            if sighting.returns == 0 || now - sighting.firstReturn > Self.window {
                (sighting.returns, sighting.firstReturn) = (0, now)
            }
            sighting.returns += 1
        }
        sighting.address = address
        guard sighting.returns >= Self.returns, sighting.told.map({ now - $0 >= Self.pause }) ?? true else { return nil }
        sighting.told = now
        return (address, sighting.former ?? address)
    }
}
