import Base
import Glibc
import OperatingSystem

/// How many wrong PINs there were in a row, in a small file that outlives the console and power cuts.
struct PINFailures: Sendable {
    static let maximum = 999_999
    /// Of the file: digits and a line end, always as many, so that one sector is written over in place.
    private static let digits = 6

    /// Nil: nothing is kept.
    let path: String?

    /// What cannot be read counts as many: nobody gains by damaging the file.
    func read() -> Int {
        guard let path else { return 0 }
        do throws(SystemError) {
            let text = String(decoding: try SmallFile.read(path, limit: 64), as: UTF8.self)
            guard let count = Int(text.prefix { $0 != "\n" }), (0...Self.maximum).contains(count) else { return Self.maximum }
            return count
        } catch {
            return error.code == ENOENT ? 0 : Self.maximum
        }
    }

    /// Keeps other consoles from counting until `unlock`; nil where that cannot be done.
    func lock() -> Int32? {
        guard let path else { return nil }
        if !WholeFile.exists(path) { write(0, to: path) }
        let file = unsafe open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { return nil }
        guard flock(file, LOCK_EX) == 0 else {
            close(file)
            return nil
        }
        return file
    }

    func unlock(_ lock: Int32?) {
        if let lock { close(lock) }
    }

    /// False when it is not on the medium.
    @discardableResult
    func keep(_ count: Int) -> Bool {
        guard let path else { return true }
        return count == 0 && read() == 0 || write(count, to: path)
    }

    @discardableResult
    private func write(_ count: Int, to path: String) -> Bool {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        let text = Array("\(count.zeroPadded(to: Self.digits))\n".utf8)
        return unsafe Glibc.write(file, text, text.count) == text.count && fsync(file) == 0
    }
}
