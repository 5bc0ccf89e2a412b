import Base
import Cryptography
import HubDomain
import HubStore
import PlatformAPI

/// Records that came in a file instead of over the air.
extension DeviceService {
    /// What became of the records of a file.
    public struct ImportCounts: Hashable, Sendable {
        public var taken = 0
        /// Received before, over the air or from a file.
        public var known = 0
    }

    /// Who wrote the file, as far as that is proved.
    ///
    /// - Parameter bytes: of the file, from which `file` was read.
    public func origin(of file: RecordFile, _ bytes: [UInt8], in store: any HubStore) async throws -> RecordOrigin {
        guard let given = file.authentication, let device = try await store.device(file.deviceID),
            let secret = policy.secret(of: device)
        else { return .unproved }
        let digest = sha256(Array(bytes.prefix(file.authenticatedCount)))
        // A box that was given its next secret has written under it before its first call with it.
        let secrets = [secret.bytes] + (secret.holder == .device ? [device.nextSecret].compactMap(\.self) : [])
        let isProved = secrets.contains { isEqualInConstantTime(FileAuthenticator(secret: $0).code(of: digest), given) }
        guard isProved else { return .unproved }
        return secret.holder == .device ? .device : .fleet
    }

    /// Takes them as if the box had sent them, so that they go on to a platform behind the hub, too. What is there already stays as it is.
    /// - Throws: A `Refusal` of a device that nobody registered, which no file does, or when something could not be read or stored.
    public func take(_ file: RecordFile, into store: any HubStore, at now: WallTime) async throws -> ImportCounts {
        let taps = file.uploads.map { upload in
            (
                tap: tap(record(of: upload, from: file.deviceID, at: now), of: upload.subject),
                call: forwarded(upload, from: file.deviceID)
            )
        }
        var wanted = WantedFacts()
        wanted.device(file.deviceID)
        for (tap, call) in taps {
            tap.want(&wanted, of: file.deviceID)
            if let call { wanted.forward(call.key) }
        }
        return try await store.transact(wanted) { facts in
            guard let device = facts.device(file.deviceID) else {
                throw Refusal(
                    .unknownDevice,
                    "device \(file.deviceID) is unknown: register it with validator-hub add-device \(file.deviceID)")
            }
            var (counts, notes) = (ImportCounts(), [DeviceOutcome.Note]())
            for (tap, call) in taps {
                // A booking takes the place of the online check whose answer came too late.
                let found = facts.find(tap.query)
                guard found.map({ $0.record.checkMode != tap.record.checkMode }) ?? true else {
                    counts.known += 1
                    continue
                }
                settle(tap, forwarding: call, from: device, in: &facts, &notes, at: now)
                counts.taken += 1
            }
            for place in file.places {
                facts.keep(
                    StoredPosition(
                        deviceID: device.id, requestID: place.requestID, time: place.time, position: place.position,
                        received: now))
            }
            return counts
        }
    }

    /// As the box itself would have written it; nil where there is no platform to write to.
    private func forwarded(_ upload: RecordFile.Upload, from deviceID: String) -> ForwardedCall? {
        guard policy.upstream.isInFront, let requestID = UniqueID(upload.requestID) else { return nil }
        var format = WireFormat(baseURL: "", deviceID: deviceID, softwareVersion: 0)
        (format.timeZone, format.binaryTicket) = (policy.zone, policy.upstream.binaryTicket)
        let content: PlatformRequest.Content =
            if let mode = upload.checkMode {
                .check(upload.subject, mode, position: upload.position, time: upload.time)
            } else {
                .log(upload.subject, status: upload.status, position: upload.position, time: upload.time)
            }
        let wire = format.encode(PlatformRequest(requestID: requestID, content: content, timeout: .zero))
        guard let request = try? DeviceRequest(call: upload.call, contentType: wire.contentType, body: wire.body) else {
            return nil
        }
        return ForwardedCall(
            ForwardKey(deviceID: deviceID, call: upload.call, requestID: upload.requestID), fields: request.forwardedFields)
    }

    private func record(of upload: RecordFile.Upload, from deviceID: String, at now: WallTime) -> TapRecord {
        TapRecord(
            deviceID: deviceID, call: upload.call, requestID: upload.requestID, subject: upload.subject.text,
            status: upload.status,
            checkMode: upload.checkMode, reason: nil, time: upload.time, position: upload.position, received: now)
    }
}
