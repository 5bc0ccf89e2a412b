import Glibc
import Kernel
import ValidatorCore

/// A keyboard-wedge scanner: a FIFO of `struct input_event` records in place of /dev/input/event*.
@MainActor
final class ScannerStandIn {
    /// Nobody reads the FIFO and it is full.
    struct NobodyReads: Error, CustomStringConvertible {
        let path: String
        var description: String { "nobody reads \(path); start the daemon before scanning" }
    }

    private let path: String
    private var pipe: FileDescriptor?

    init(path: String) {
        self.path = path
    }

    func plug() throws(SystemError) {
        try Files.makePipe(path)
        // Both ways, so that opening does not wait for a reader and the reader sees no end of file.
        pipe = try FileDescriptor.open(path, O_RDWR | O_NONBLOCK)
    }

    func unplug() {
        pipe = nil
        Files.remove(path)
    }

    func type(_ text: String) async throws {
        for stroke in try WedgeKeyboard.keystrokes(text, at: Clocks.now().system) { try await send(stroke) }
    }

    /// A stroke's records are fewer than PIPE_BUF bytes: they go in whole or not at all.
    private func send(_ stroke: [UInt8]) async throws {
        for _ in 0..<5000 {
            switch pipe?.write(stroke.span) {
            case .written: return
            case .failed(let error): throw error
            case .wouldBlock: try await Task.sleep(for: .milliseconds(1))
            case nil: throw SystemError(code: ENODEV, what: "type on \(path), which is unplugged")
            }
        }
        throw NobodyReads(path: path)
    }
}
