import Base
import Cryptography
import HubDomain
import HubStore
import PlatformAPI

/// Bookings and logs that are taken although nothing can be made of them, lest a device repeat them for ever.
extension DeviceService {
    /// Of a device's id that can be none, in bytes; the body has all of it.
    private static let saidIDBytes = 64
    private static let digestBytes = 16

    /// By what a booking or log would be known among those that were put aside; nil for all else.
    func asideKey(of request: DeviceRequest, deviceID: String?) -> SetAsideRecord.Key? {
        guard request.isRecord else { return nil }
        if let deviceID, let id = request.requestID, Self.isName(id), RequestIdentity.isUnique(id) {
            return SetAsideRecord.Key(deviceID: deviceID, call: request.call, name: id)
        }
        // Under a number that begins anew each morning, or none, only the same words are the same record.
        let digest = sha256(request.bodyWithoutCredentials)
        return SetAsideRecord.Key(
            deviceID: deviceID ?? Self.cut(request.deviceID ?? ""), call: request.call,
            name: hexadecimal(digest.prefix(Self.digestBytes)))
    }

    private static func cut(_ text: String) -> String {
        var (kept, bytes) = (String.UnicodeScalarView(), 0)
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= saidIDBytes else { break }
            kept.append(scalar)
        }
        return String(kept)
    }

    /// Takes a booking or log that cannot be settled, of a caller who has proved who he is, or need not.
    /// - Returns: nil for one that can be settled, and for what is none.
    /// - Throws: `.unavailable` where there is no room for what strangers send, `.deviceRevoked`.
    func putAside(
        _ pending: PendingRequest, in facts: inout StoreFacts, _ notes: inout [DeviceOutcome.Note]
    ) throws(Refusal) -> DeviceAnswer? {
        guard let key = pending.asideKey, let reason = try reason(pending, in: &facts, &notes) else { return nil }
        var record: SetAsideRecord
        if let known = facts.setAside(key) {
            record = known
            record.duplicates += 1
        } else {
            let body = pending.request.bodyWithoutCredentials
            record = SetAsideRecord(key: key, reason: reason, body: body, received: pending.now)
            if reason.isOfUnknownDevice {
                guard !isShortOfSpace() else { throw Self.noSpace }
                guard facts.setAsideOfUnknown.hasRoom(for: body) else { throw Self.noRoomAside }
            }
        }
        facts.setAside(record)
        notes.append(.setAside(record))
        let isLog = key.call == .cardLog || key.call == .ticketLog
        return .setAside(record.reason, soundNumber: isLog ? nil : policy.sounds[.ok] ?? 0)
    }

    private static let noRoomAside = Refusal(
        .unavailable, "too many records of unknown devices wait for the operator already: validator-hub set-aside")

    /// Why a booking or log cannot be settled; nil where it can. Its device is registered where that is allowed.
    private func reason(
        _ pending: PendingRequest, in facts: inout StoreFacts, _ notes: inout [DeviceOutcome.Note]
    ) throws(Refusal) -> SetAsideReason? {
        guard pending.deviceID != nil else { return .deviceUnreadable }
        do {
            _ = try device(of: pending, in: &facts, &notes)
        } catch {
            guard error.code == .unknownDevice else { throw error }
            return .unknownDevice
        }
        return mistake(in: pending)
    }

    private func mistake(in pending: PendingRequest) -> SetAsideReason? {
        if case .failure(let mistake) = pending.content { SetAsideReason(mistake) } else { nil }
    }

    /// Settles one that was put aside, as if it came in now.
    /// - Returns: why it is to stay; nil when it was settled.
    func settle(
        _ record: SetAsideRecord, _ pending: PendingRequest, in facts: inout StoreFacts, _ notes: inout [DeviceOutcome.Note]
    ) -> SetAsideReason? {
        guard let id = pending.deviceID else { return .deviceUnreadable }
        guard let device = facts.device(id) else { return .unknownDevice }
        // Nothing is taken under its name any more; if it is taken back, this may be settled yet.
        guard device.revoked == nil else { return .deviceRevoked }
        if let mistake = mistake(in: pending) { return mistake }
        guard let tap = pending.tap else { preconditionFailure("a booking or log was read as one") }
        settle(tap, forwarding: pending.forwarded, from: device, in: &facts, &notes, at: record.received)
        return nil
    }
}
