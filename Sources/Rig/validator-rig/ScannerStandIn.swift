import Base
import Glibc
import Hardware
import OperatingSystem

/// A scanner: a FIFO of `struct input_event` records in place of /dev/input/event*, one of HID-POS reports in place of
/// /dev/hidraw*, or a serial adapter.
@MainActor
final class ScannerStandIn {
    /// Nobody reads the FIFO and it is full.
    struct NobodyReads: Error, CustomStringConvertible {
        let path: String
        var description: String { "nobody reads \(path); start the daemon before scanning" }
    }

    /// What a serial scanner sends after a code.
    private static let terminator: UInt8 = 0x0D

    private let path: String
    private let model: ScannerProtocol
    private let port: SerialPortStandIn
    private var pipe: FileDescriptor?

    init(path: String, model: ScannerProtocol) {
        self.path = path
        self.model = model
        // A scanner listens to nobody.
        port = SerialPortStandIn(path: path) { _ in }
    }

    func plug() throws(SystemError) {
        guard model != .serial else { return try port.plug() }
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
        switch model {
        case .evdev: try await type(String(decoding: code, as: UTF8.self) + "\n")
        case .hidraw: for report in HIDPOSScanner.reports(of: code) { try await send(report) }
        case .serial: port.write(code + [Self.terminator])
        }
    }

    /// Sends a text that does not end; a HID-POS scanner knows whole codes only.
    func type(_ text: String) async throws {
        switch model {
        case .evdev: for stroke in try WedgeKeyboard.keystrokes(text, at: Clocks.now().system) { try await send(stroke) }
        case .hidraw: preconditionFailure("a HID-POS scanner does not type")
        case .serial: port.write(Array(text.utf8))
        }
    }

    /// A stroke's records, and a report, are fewer than PIPE_BUF bytes: they go in whole or not at all.
    private func send(_ bytes: [UInt8]) async throws {
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
