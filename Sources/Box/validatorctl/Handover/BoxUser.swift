import Glibc

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

    /// - Parameter isReadOnly: it belongs to root, and the daemon reads it.
    func own(_ path: String, isReadOnly: Bool = false) throws(ControlFailure) {
        let owner = isReadOnly ? geteuid() : user
        guard unsafe chown(path, owner, group) == 0, unsafe chmod(path, isReadOnly ? 0o640 : 0o600) == 0 else {
            throw .cannotWrite(
                "\(path) cannot be given to validatord's user: \(unsafe String(cString: strerror(errno))); be root")
        }
    }
}
