import RecordFiles
import SQLite

/// The file in the state folder that says: this box's identity is another one's now, and it must not serve any more.
public enum HandoverMark {
    public static func path(in folder: String) -> String { "\(folder)/\(HandoverFiles.note)" }

    public static func isPresent(in folder: String) -> Bool { DurableFile.exists(path(in: folder)) }

    /// It is on the medium when this returns.
    ///
    /// - Parameter note: for people, and for whoever undoes it.
    public static func set(_ note: HandoverNote, in folder: String) throws(StorageError) {
        try DurableFile.write(note.bytes, to: path(in: folder))
    }
}
