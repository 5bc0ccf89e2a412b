import Base
import Fares
import SQLite
import ValidatorCore

/// A card list on disk: `cards.db` and `line.db`, each a SQLite file that is written once and then only read.
///
/// A new generation is written aside, synced and renamed over the old one: whatever happens, one of the two is there, whole.
public enum ListSnapshot {
    /// What `load` found.
    public struct Loaded: Sendable {
        /// Nil when there is none, or none that is sound: the list is to be fetched.
        public var list: HeldList?
        /// Names the snapshot that `list` came from; nil when there is no list.
        public var id: SnapshotID?
        /// What went wrong, if anything did.
        public var notice: Notice?
    }

    /// Writes `list` durably in place of the one before. May be called on any thread, but for one kind not on two at once.
    /// - Throws: when it could not be made durable, a full disk for instance; the old one is still there then.
    public static func write(_ list: HeldList, kind: ListKind, folder: String) throws(StorageError) -> SnapshotID {
        let path = path(of: kind, in: folder)
        let fresh = path + ".new"
        do throws(StorageError) {
            try DurableFile.remove(fresh)
            let id = try SnapshotFile.write(list, kind: kind, path: fresh)
            try DurableFile.synchronise(fresh)
            try DurableFile.rename(fresh, to: path)
            try DurableFile.synchronise(folder)
            return id
        } catch {
            // Half a snapshot is of no use, and may be what filled the disk. If even this fails, the next `write` tries again.
            try? DurableFile.remove(fresh)
            throw error
        }
    }

    /// Reads the list of the last `write`. A damaged file is renamed, and reported in the notice.
    public static func load(kind: ListKind, folder: String) -> Loaded {
        let path = path(of: kind, in: folder)
        guard DurableFile.exists(path) else { return Loaded() }
        do throws(StorageError) {
            let (list, id) = try SnapshotFile.read(kind: kind, path: path)
            return Loaded(list: list, id: id)
        } catch  where error.kind == .damaged {
            let place = (try? FileSetAside.snapshot(path)).map { "set aside as \($0)" } ?? "cannot be set aside"
            return Loaded(notice: Notice(.error, "\(error.what): \(place); the \(kind.name) list is fetched anew"))
        } catch {
            return Loaded(notice: Notice(.error, "\(error); the \(kind.name) list is fetched anew"))
        }
    }

    private static func path(of kind: ListKind, in folder: String) -> String {
        "\(folder)/\(kind.name).db"
    }
}
