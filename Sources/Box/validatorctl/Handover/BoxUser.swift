import Glibc
import RecordFiles

/// The user that validatord runs as, and to whom its files belong.
struct BoxUser {
    var user: uid_t
    var group: gid_t

    /// Of the packages; whoever runs this program where there is no such user, or where nothing may be given away.
    init() {
        (user, group) = (geteuid(), getegid())
        guard user == 0, let entry = unsafe getpwnam("validator") else { return }
        (user, group) = unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
    }

    /// The folder may be the daemon's own, and a daemon that is no longer itself may put a link in the file's place at any moment: what
    /// is given away is the open file, a regular one with no other name, and no link is followed.
    ///
    /// - Parameter isReadOnly: it belongs to root, and the daemon reads it.
    func own(_ path: String, isReadOnly: Bool = false) throws(ControlFailure) {
        let folder = unsafe open(IdentityFile.folder(of: path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { throw Self.failure(path) }
        defer { close(folder) }
        let file = unsafe openat(folder, IdentityFile.name(of: path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw Self.failure(path) }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw Self.failure(path) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
            throw .cannotWrite(
                "\(path) is not the file that was written: somebody else writes in its folder; nothing of it is given away")
        }
        let owner = isReadOnly ? geteuid() : user
        guard fchown(file, owner, group) == 0, fchmod(file, isReadOnly ? 0o640 : 0o600) == 0 else { throw Self.failure(path) }
    }

    private static func failure(_ path: String) -> ControlFailure {
        .cannotWrite("\(path) cannot be given to validatord's user: \(unsafe String(cString: strerror(errno))); be root")
    }
}
