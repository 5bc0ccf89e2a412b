import Glibc

/// A folder that goes with its owner.
nonisolated final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/validator-control-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Failure() }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        // One level is all that these tests make.
        for folder in ["\(path)/run", path] {
            guard let stream = unsafe opendir(folder) else { continue }
            while let entry = unsafe readdir(stream) {
                let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
                }
                if name != ".", name != ".." { unsafe unlink("\(folder)/\(name)") }
            }
            unsafe closedir(stream)
            unsafe rmdir(folder)
        }
    }

    /// Returns the new file's path.
    func write(_ name: String, _ text: String) throws -> String {
        let file = "\(path)/\(name)"
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw Failure() }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw Failure() }
        return file
    }

    struct Failure: Error {}
}
