import ArgumentParser
import Base
import Cryptography
import Glibc
import OperatingSystem
import RecordFiles

/// The file of the console's PIN.
enum PINFile {
    /// Nil when there is none. One that is there and cannot be used lets nobody in.
    static func read(_ path: String) throws(ControlFailure) -> StoredPIN? {
        if unsafe access(path, F_OK) != 0, errno == ENOENT { return nil }
        guard let text = Machine.text(of: path) else {
            throw .cannotRead("cannot read \(path): \(unsafe String(cString: strerror(errno))); see `ls -l \(path)`")
        }
        guard let pin = StoredPIN(file: text) else {
            throw .cannotRead("\(path) holds no PIN; make it anew: validatorctl console --set-pin --pin-file \(path)")
        }
        return pin
    }

    /// Reads a PIN from standard input, unseen on a terminal, and keeps its hash. The file is replaced as a whole; one that is there
    /// keeps owner and mode, a new one is readable for validatord's user, as which the console runs.
    static func set(at path: String) throws(ControlFailure) {
        var salt = [UInt8](repeating: 0, count: 16)
        guard unsafe getentropy(&salt, salt.count) == 0 else { throw .cannotWrite("no random numbers from the kernel") }
        let pin = HiddenLine.ask("new PIN: ")
        if let fault = fault(of: pin) { throw .badArgument("\(fault); nothing is changed") }
        if isatty(0) == 1, HiddenLine.ask("once more: ") != pin { throw .badArgument("the two differ; nothing is changed") }
        let text = Array(StoredPIN(pin, salt: salt).text.utf8)
        let part = "\(path).new"
        unsafe unlink(part)
        let file = unsafe open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        let owner = BoxUser()
        var (user, group, mode) = (geteuid(), owner.group, mode_t(0o640))
        var present = stat()
        if unsafe lstat(path, &present) == 0, present.st_mode & S_IFMT == S_IFREG {
            (user, group, mode) = (present.st_uid, present.st_gid, present.st_mode & 0o7777)
        }
        guard fchown(file, user, group) == 0, fchmod(file, mode) == 0,
            unsafe write(file, text, text.count) == text.count, fsync(file) == 0, unsafe rename(part, path) == 0
        else {
            let failure = failure(path)
            unsafe unlink(part)
            throw failure
        }
        let folder = unsafe open(IdentityFile.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure(path) }
        defer { close(folder) }
        guard fsync(folder) == 0 || errno == EINVAL else { throw failure(path) }
    }

    /// Why nobody could enter it at the console; nil for a good one.
    static func fault(of pin: String) -> String? {
        guard StoredPIN.lengths.contains(pin.utf8.count) else {
            return "a PIN has \(StoredPIN.lengths.lowerBound) to \(StoredPIN.lengths.upperBound) characters"
        }
        // What is no UTF-8 was read as U+FFFD.
        guard pin.unicodeScalars.allSatisfy({ !$0.isUnseen && $0 != "\u{FFFD}" }) else {
            return "this PIN holds what no keyboard can type: use digits and letters"
        }
        return nil
    }

    private static func failure(_ path: String) -> ControlFailure {
        .cannotWrite("cannot write \(path): \(unsafe String(cString: strerror(errno)))")
    }
}
