import Base

/// A code that was given out for a device, as it is kept.
public struct Enrolment: Hashable, Sendable {
    public var deviceID: String
    /// Of the code.
    public var digest: [UInt8]
    /// From then on it is refused.
    public var expires: WallTime
    /// When a box was given its secret for it; nil: it may yet be.
    public var used: WallTime?

    public init(of code: EnrolmentCode, for deviceID: String, at now: WallTime) {
        (self.deviceID, digest) = (deviceID, code.digest)
        expires = now + EnrolmentCode.lifetime
    }

    /// What a store has kept.
    public init(deviceID: String, digest: [UInt8], expires: WallTime, used: WallTime?) {
        (self.deviceID, self.digest, self.expires, self.used) = (deviceID, digest, expires, used)
    }

    /// Uses the code that `found` was kept of; the result is what is kept of it from now on.
    ///
    /// - Parameters:
    ///   - found: what is kept under the digest of the code; nil when nothing is.
    ///   - device: as it is registered; nil when it is not.
    /// - Throws: why nobody is given a secret for it. Each time is worth a line in the log: a code that is used twice was read by two.
    public static func redeem(
        _ found: Enrolment?, for deviceID: String, of device: Device?, at now: WallTime
    ) throws(EnrolmentRefusal) -> Enrolment {
        guard var enrolment = found else { throw .unknownCode }
        guard enrolment.deviceID == deviceID else { throw .otherDevice }
        guard enrolment.used == nil else { throw .usedCode }
        guard now < enrolment.expires else { throw .expiredCode }
        guard let device else { throw .unknownCode }
        guard device.revoked == nil else { throw .revokedDevice }
        enrolment.used = now
        return enrolment
    }
}
