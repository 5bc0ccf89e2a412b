import ArgumentParser
import Base
import Glibc
import HubDomain

/// Where a secret goes that was made for a box: to standard output, once, or to a file.
struct SecretOutput: ParsableArguments {
    @Option(help: "A new file for the secret, mode 0600, instead of standard output.") var secretFile: String?

    static func newSecret() -> String {
        var random = SystemRandomNumberGenerator()
        return DeviceSecret.new(using: &random)
    }

    /// Into the file, if one was named, else on standard output: before the secret counts, lest a box is to be given one that nobody can read.
    func give(_ secret: String) throws {
        guard let secretFile else { return try Terminal.print("secret: \(secret)") }
        try Self.write(secret, to: secretFile)
        try Terminal.print("its secret is in \(secretFile)")
    }

    /// Where no secret is made there is none to write.
    func refuseFile(with option: String) throws {
        guard secretFile == nil else { throw ValidationError("\(option) makes no secret: there is nothing for --secret-file") }
    }

    /// A line in a file that is made for it and that only its owner may read.
    static func write(_ secret: String, to path: String) throws {
        let line = Array("\(secret)\n".utf8)
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            throw CommandFailure(.cannotCreate, "\(path) cannot be made: \(unsafe String(cString: strerror(errno)))")
        }
        defer { close(file) }
        guard unsafe Glibc.write(file, line, line.count) == line.count, fsync(file) == 0 else {
            let reason = unsafe String(cString: strerror(errno))
            unsafe unlink(path)
            throw CommandFailure(.cannotCreate, "\(path) cannot be written: \(reason)")
        }
    }
}
