import Base
import Cryptography
import HubDomain
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
    public func origin(of file: RecordFile, _ bytes: [UInt8], in database: HubDatabase) throws -> RecordOrigin {
        guard let given = file.authentication, let device = try database.devices.find(file.deviceID),
            let secret = policy.secret(of: device)
        else { return .unproved }
        let code = FileAuthenticator(secret: secret.bytes).code(of: sha256(Array(bytes.prefix(file.authenticatedCount))))
        guard isEqualInConstantTime(code, given) else { return .unproved }
        return secret.holder == .device ? .device : .fleet
    }

    /// Takes them as if the box had sent them. What is there already stays as it is.
    /// - Throws: A `Refusal` of a device that nobody registered, which no file does, or when something could not be read or stored.
    public func take(_ file: RecordFile, in database: HubDatabase, at now: WallTime) throws -> ImportCounts {
        guard let device = try database.devices.find(file.deviceID) else {
            throw Refusal(
                .unknownDevice, "device \(file.deviceID) is unknown: register it with validator-hub add-device \(file.deviceID)")
        }
        var counts = ImportCounts()
        for upload in file.uploads {
            let record = record(of: upload, from: device, at: now)
            // A booking takes the place of the online check whose answer came too late.
            let found = try database.records.find(record, pseudonym: pseudonyms?.name(for: record.subject))
            guard found.map({ $0.record.checkMode != record.checkMode }) ?? true else {
                counts.known += 1
                continue
            }
            try settle(record, of: upload.subject, from: device, in: database, at: now)
            counts.taken += 1
        }
        for place in file.places {
            try database.positions.insert(
                place.position, deviceID: device.id, requestID: place.requestID, time: place.time, received: now)
        }
        return counts
    }

    private func record(of upload: RecordFile.Upload, from device: Device, at now: WallTime) -> TapRecord {
        TapRecord(
            deviceID: device.id, call: upload.call, requestID: upload.requestID, subject: upload.subject.text,
            status: upload.status,
            checkMode: upload.checkMode, reason: nil, time: upload.time, position: upload.position, received: now)
    }
}
