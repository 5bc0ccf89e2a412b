import JSON

/// A file of records that a technician carried away from a box (`RecordFile`), being read.
public struct CollectedRecords: Sendable {
    public let deviceID: String
    private let file: CarriedFile

    /// - Throws: when a byte is missing or another one than was written, or another kind or release wrote it.
    public init(_ bytes: [UInt8]) throws(CarriedFileError) {
        file = try CarriedFile(bytes, kind: RecordFile.kind, format: RecordFile.format)
        guard let deviceID = file.head["device_id"]?.string else { throw .otherKind }
        self.deviceID = deviceID
    }

    public var count: Int { file.count }
    /// What its writer proves himself with, if he does: a code over the first `authenticatedCount` bytes.
    public var authentication: [UInt8]? { file.authentication }
    public var authenticatedCount: Int { file.authenticatedCount }
    /// XXH64 of the whole file, by which it is known for one that was taken in before.
    public var checksum: UInt64 { file.checksum }

    /// One of the records, from 0.
    public func record(at index: Int) throws(CarriedFileError) -> Record {
        guard let record = Record(try file.object(at: index)) else {
            throw .notUnderstood(line: CarriedFile.lineNumber(of: index))
        }
        return record
    }
}
