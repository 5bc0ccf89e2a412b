import ArgumentParser
import Base
import Glibc

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

    /// Reads a PIN from standard input, unseen on a terminal, and keeps its hash. A file that is there keeps owner and mode.
    static func set(at path: String) throws(ControlFailure) {
        var salt = [UInt8](repeating: 0, count: 16)
        guard unsafe getentropy(&salt, salt.count) == 0 else { throw .cannotWrite("no random numbers from the kernel") }
        let pin = try ask("new PIN: ")
        guard StoredPIN.lengths.contains(pin.utf8.count) else {
            throw .badArgument("a PIN has \(StoredPIN.lengths.lowerBound) to \(StoredPIN.lengths.upperBound) characters")
        }
        if isatty(0) == 1, try ask("once more: ") != pin { throw .badArgument("the two differ; nothing is changed") }
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw .cannotWrite("cannot write \(path): \(unsafe String(cString: strerror(errno)))") }
        defer { close(file) }
        let text = Array(StoredPIN(pin, salt: salt).text.utf8)
        guard unsafe write(file, text, text.count) == text.count, fsync(file) == 0 else {
            throw .cannotWrite("cannot write \(path): \(unsafe String(cString: strerror(errno)))")
        }
    }

    private static func ask(_ prompt: String) throws(ControlFailure) -> String {
        guard isatty(0) == 1 else { return readLine() ?? "" }
        var settings = termios()
        unsafe tcgetattr(0, &settings)
        let original = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(0, TCSAFLUSH, &settings)
        print(prompt, terminator: "")
        fflush(nil)
        let pin = readLine() ?? ""
        settings = original
        unsafe tcsetattr(0, TCSAFLUSH, &settings)
        print("")
        return pin
    }
}
