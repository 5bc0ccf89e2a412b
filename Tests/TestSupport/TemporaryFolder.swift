import Foundation

/// A folder of one test, gone with its owner. Its path is short: a socket's within it has 107 bytes at most.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// Where no folder can be made no test can run, so it is not an error that a test could handle.
    package init() {
        let parent = FileManager.default.temporaryDirectory
        var template = Array(parent.appending(path: "validator-XXXXXX").path.utf8CString)
        let isMade = unsafe mkdtemp(&template) != nil
        precondition(isMade, "no folder can be made in \(parent.path): error \(errno)")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package var url: URL { URL(filePath: path, directoryHint: .isDirectory) }

    /// The names of all that is in it, in order.
    package var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }

    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file that is its owner's alone to read, as a secret must be, and returns its path.
    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String {
        let file = path(name)
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: file]) }
        try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(contentsOf: Data(text.utf8))
        return file
    }
}
