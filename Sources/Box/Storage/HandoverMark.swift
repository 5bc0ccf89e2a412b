import Glibc
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
        let path = path(in: folder)
        let content = note.bytes
        let part = "\(path).new"
        let file = unsafe open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StorageError(systemError: errno, path: part, action: "be made") }
        let written = unsafe write(file, content, content.count)
        let reason = errno
        close(file)
        guard written == content.count else {
            throw StorageError(systemError: written < 0 ? reason : ENOSPC, path: part, action: "be written")
        }
        try DurableFile.synchronise(part)
        try DurableFile.rename(part, to: path)
        try DurableFile.synchronise(folder)
    }
}
