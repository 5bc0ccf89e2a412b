import Glibc
import OperatingSystem

/// Lines that go to a file or to standard output as they come.
struct TextFile: ~Copyable {
    private let descriptor: FileDescriptor

    static func standardOutput() throws(SystemError) -> TextFile {
        let copy = fcntl(1, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw SystemError.last("standard output") }
        return TextFile(descriptor: FileDescriptor(owning: copy))
    }

    /// An empty file, made or emptied.
    static func create(_ path: String) throws(SystemError) -> TextFile {
        TextFile(descriptor: try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, permissions: 0o644))
    }

    /// What cannot be written is lost: a report is no reason to end a run.
    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty, case .written(let count) = descriptor.write(rest.span) { rest = rest.dropFirst(count) }
    }
}

func writeFile(_ path: String, _ text: String) throws(SystemError) {
    let file = try TextFile.create(path)
    file.write(Array(text.utf8))
}
