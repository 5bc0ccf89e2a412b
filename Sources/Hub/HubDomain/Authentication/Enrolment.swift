import Base

/// A code that was given out for a device, as it is kept.
public struct Enrolment: Hashable, Sendable {
    public var deviceID: String
    /// Of the code.
    public var digest: [UInt8]
    public var created: WallTime
    /// From then on it is refused.
    public var expires: WallTime
    /// When a box was given its secret for it; nil: it may yet be.
    public var used: WallTime?
    /// The address that it was used from.
    public var usedFrom: String?

    /// For so long after its end it is known what became of a code.
    public static let keptTime = Duration.seconds(30 * 86400)

    public init(of code: EnrolmentCode, for deviceID: String, at now: WallTime) {
        (self.deviceID, digest, created) = (deviceID, code.digest, now)
        expires = now + EnrolmentCode.lifetime
    }

    /// What a store has kept.
    public init(
        deviceID: String, digest: [UInt8], created: WallTime, expires: WallTime, used: WallTime?, usedFrom: String?
    ) {
        (self.deviceID, self.digest, self.created) = (deviceID, digest, created)
        (self.expires, self.used, self.usedFrom) = (expires, used, usedFrom)
    }

    /// Uses the code that `found` was kept of; the result is what is kept of it from now on.
    ///
    /// - Parameters:
    ///   - found: what is kept under the digest of the code; nil when nothing is.
    ///   - device: as it is registered; nil when it is not.
    ///   - address: where whoever uses it calls from.
    /// - Throws: why nobody is given a secret for it. Each time is worth a line in the log: a code that is used twice was read by two.
    public static func redeem(
        _ found: Enrolment?, for deviceID: String, of device: Device?, from address: String, at now: WallTime
    ) throws(EnrolmentRefusal) -> Enrolment {
        guard var enrolment = found else { throw .unknownCode }
        guard enrolment.deviceID == deviceID else { throw .otherDevice }
        guard enrolment.used == nil else { throw .usedCode }
        guard now < enrolment.expires else { throw .expiredCode }
        guard let device else { throw .unknownCode }
        guard device.revoked == nil else { throw .revokedDevice }
        (enrolment.used, enrolment.usedFrom) = (now, address)
        return enrolment
    }
}
