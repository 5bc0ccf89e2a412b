import Glibc
import OperatingSystem

/// A folder that nobody but its owner may enter, with copies of secrets and keys.
enum KeyFolder {
    /// Card lists of root keys are the largest.
    private static let maximumFileBytes = 1 << 20

    /// Makes it, with a copy of each file of `paths` under its name.
    /// - Throws: `CommandFailure`, where it is there already, two files have one name, or one cannot be read.
    static func make(_ folder: String, of paths: [String]) throws {
        let copies = paths.map { (path: $0, name: $0.split(separator: "/").last.map(String.init) ?? $0) }
        for name in Set(copies.map(\.name)) where copies.count(where: { $0.name == name }) > 1 {
            throw CommandFailure(.usage, "two of the files are called \(name): copy them by hand, or call one otherwise")
        }
        let contents = try copies.map { ($0.name, try SmallFile.read($0.path, limit: maximumFileBytes)) }
        guard unsafe mkdir(folder, 0o700) == 0 else {
            throw CommandFailure(.cannotCreate, "\(SystemError.last("make \(folder)"))")
        }
        for (name, content) in contents {
            let file = try FileDescriptor.open("\(folder)/\(name)", O_WRONLY | O_CREAT | O_EXCL)
            guard case .written(content.count) = file.write(content.span), fsync(file.raw) == 0 else {
                throw CommandFailure(.cannotCreate, "\(SystemError.last("write \(folder)/\(name)"))")
            }
        }
    }
}
