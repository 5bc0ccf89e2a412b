import Base
import Glibc
import OperatingSystem
import ReaderEmulators
import ScannerDecoders

/// A scanner: a FIFO of `struct input_event` records in place of /dev/input/event*, one of HID-POS reports in place of
/// /dev/hidraw*, or a serial adapter.
@MainActor
final class ScannerStandIn {
    /// Nobody reads the FIFO and it is full.
    struct NobodyReads: Error, CustomStringConvertible {
        let path: String
        var description: String { "nobody reads \(path); start the daemon before scanning" }
    }

    private let path: String
    private let model: ScannerDriver
    private let port: SerialPortStandIn
    private var pipe: FileDescriptor?

    init(path: String, model: ScannerDriver) {
        self.path = path
        self.model = model
        // A scanner listens to nobody.
        port = SerialPortStandIn(path: path) { _ in }
    }

    func plug() throws(SystemError) {
        guard model.usualBaud == nil else { return try port.plug() }
        try Files.makePipe(path)
        // Both ways, so that opening does not wait for a reader and the reader sees no end of file.
        pipe = try FileDescriptor.open(path, O_RDWR | O_NONBLOCK)
    }

    func unplug() {
        pipe = nil
        port.unplug()
        Files.remove(path)
    }

    /// Sends a whole code and what marks its end.
    func scan(_ code: [UInt8]) async throws {
        for piece in try model.emulator.code(code, Clocks.now().system) { try await send(piece) }
    }

    /// Sends a text that does not end, on a scanner that can.
    func type(_ text: String) async throws {
        for piece in try model.emulator.text?(text, Clocks.now().system) ?? [] { try await send(piece) }
    }

    /// A stroke's records, and a report, are fewer than PIPE_BUF bytes: they go in whole or not at all.
    private func send(_ bytes: [UInt8]) async throws {
        guard model.usualBaud == nil else { return port.write(bytes) }
        for _ in 0..<5000 {
            switch pipe?.write(bytes.span) {
            case .written: return
            case .failed(let error): throw error
            case .wouldBlock: try await Task.sleep(for: .milliseconds(1))
            case nil: throw SystemError(code: ENODEV, what: "type on \(path), which is unplugged")
            }
        }
        throw NobodyReads(path: path)
    }
}
