import RecordFiles
import SQLite

/// Where `validatorctl takeover` leaves the former box's records for the next start: numbered files in the state folder.
public struct TakeoverSpool: Sendable {
    /// Well over `RecordFile.maximumBytes`.
    private static let maximumBytes = 64 << 20

    private let folder: String

    public init(folder: String) {
        self.folder = folder
    }

    public func path(_ number: Int) -> String { "\(folder)/\(HandoverFiles.takeover(number))" }

    /// Of the files that are there, in their order: one look into the folder, since nearly every start finds none.
    public var numbers: [Int] {
        let names = Set(DurableFile.names(in: folder).filter { $0.hasSuffix(HandoverFiles.takeoverType) })
        return names.isEmpty ? [] : (1...HandoverFiles.maximumTakeovers).filter { names.contains(HandoverFiles.takeover($0)) }
    }

    /// Nil when there is no file of that number.
    public func read(_ number: Int) throws(StorageError) -> [UInt8]? {
        let path = path(number)
        return DurableFile.exists(path) ? try DurableFile.contents(of: path, limit: Self.maximumBytes) : nil
    }

    /// A file that comes back, since the power went before that was durable, is known by its checksum (`Outbox.hasTaken`).
    public func remove(_ number: Int) throws(StorageError) { try DurableFile.remove(path(number)) }

    /// Keeps records of the box that this one was, until a technician brings them to the hub. The file is on the medium when this returns.
    ///
    /// - Returns: its path.
    public func keepFormer(_ records: [UInt8]) throws(StorageError) -> String {
        var number = 1
        while DurableFile.exists("\(folder)/\(HandoverFiles.former(number))") { number += 1 }
        let path = "\(folder)/\(HandoverFiles.former(number))"
        try DurableFile.write(records, to: path)
        return path
    }

    /// Keeps a file that cannot be taken, under a name that no start looks for.
    ///
    /// - Returns: its new path.
    public func setAside(_ number: Int) throws(StorageError) -> String {
        let kept = "\(path(number)).damaged"
        try DurableFile.rename(path(number), to: kept)
        return kept
    }
}
