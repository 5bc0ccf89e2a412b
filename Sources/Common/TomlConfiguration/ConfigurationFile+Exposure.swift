import Glibc

extension ConfigurationFile {
    /// The group under which a service runs: `name`'s for root, who checks or starts it, else that of this process.
    public static func serviceGroup(named name: String) -> gid_t {
        guard geteuid() == 0, let entry = unsafe getgrnam(name) else { return getegid() }
        return unsafe entry.pointee.gr_gid
    }

    /// Why `path`, a file with a secret, is not one: who may read it besides its owner and the service. Nil when nobody may, or when
    /// there is no such file.
    ///
    /// - Parameter group: the service's, which may read it; root's own group may too.
    public static func exposure(of path: String, serviceGroup group: gid_t) -> String? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        let who =
            if status.st_mode & 0o007 != 0 {
                "everybody on this machine"
            } else if status.st_mode & 0o070 != 0, status.st_gid != group, status.st_gid != 0 {
                "the group \(status.st_gid), which is not the service's,"
            } else {
                String?.none
            }
        return who.map { "\(path) holds a secret, and \($0) may read or write it: chmod 0640 and chgrp, or chmod 0600" }
    }

    /// Why whoever may change the configuration `path` is one too many: it says which programs the service runs, and where its secrets
    /// are. Nil when nobody else may.
    public static func changeability(of path: String, serviceGroup group: gid_t) -> String? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        let isOthers = status.st_mode & 0o002 != 0
        guard isOthers || status.st_mode & 0o020 != 0 && status.st_gid != group && status.st_gid != 0 else { return nil }
        let who = isOthers ? "everybody on this machine" : "the group \(status.st_gid), which is not the service's,"
        return "\(path) says which programs are run, and \(who) may change it: chmod 0640"
    }

    /// The values of `keys`, paths of files, in the document at `path`, each once; keys of tables within tables by dots.
    public static func filesNamed(by keys: [String], in path: String) throws(ConfigurationError) -> [String] {
        let text: [UInt8]
        do { text = try read(path) } catch { throw .unreadable(error) }
        let root: TomlValue
        do { root = try TomlDocument(text).root() } catch { throw .mistakes(path: path, [error]) }
        var files: [String] = []
        for key in keys {
            let value = key.split(separator: ".").reduce(root) { value, name in value?.member(named: String(name)) }
            guard case .string(let file)? = value?.content, !file.isEmpty, !files.contains(file) else { continue }
            files.append(file)
        }
        return files
    }
}
