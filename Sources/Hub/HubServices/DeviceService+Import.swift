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

    /// Takes them as if the box had sent them. What is there already stays as it is.
    /// - Throws: A `Refusal` of a device that nobody registered, which no file does, or when something could not be read or stored.
    public func take(_ file: RecordFile, into store: any HubStore, at now: WallTime) async throws -> ImportCounts {
        let taps = file.uploads.map { tap(record(of: $0, from: file.deviceID, at: now), of: $0.subject) }
        var wanted = WantedFacts()
        wanted.device(file.deviceID)
        for tap in taps { tap.want(&wanted, of: file.deviceID) }
        return try await store.transact(wanted) { facts in
            guard let device = facts.device(file.deviceID) else {
                throw Refusal(
                    .unknownDevice,
                    "device \(file.deviceID) is unknown: register it with validator-hub add-device \(file.deviceID)")
            }
            var (counts, notes) = (ImportCounts(), [DeviceOutcome.Note]())
            for tap in taps {
                // A booking takes the place of the online check whose answer came too late.
                let found = facts.find(tap.query)
                guard found.map({ $0.record.checkMode != tap.record.checkMode }) ?? true else {
                    counts.known += 1
                    continue
                }
                settle(tap, from: device, in: &facts, &notes, at: now)
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

    private func record(of upload: RecordFile.Upload, from deviceID: String, at now: WallTime) -> TapRecord {
        TapRecord(
            deviceID: deviceID, call: upload.call, requestID: upload.requestID, subject: upload.subject.text,
            status: upload.status,
            checkMode: upload.checkMode, reason: nil, time: upload.time, position: upload.position, received: now)
    }
}
