import Kernel
import OperatingSystem

/// A serial adapter: a pseudo-terminal that is found under a name of its own, as udev names a real one.
@MainActor
final class SerialPortStandIn {
    private let path: String
    private let onBytes: ([UInt8]) -> Void
    private var terminal: PseudoTerminal?
    private var source: ReadSource?

    /// `onBytes` receives what the port's user sends. It must not keep the owner alive: capture it weakly.
    init(path: String, onBytes: @escaping ([UInt8]) -> Void) {
        self.path = path
        self.onBytes = onBytes
    }

    /// The name appears at once with a working port behind it.
    func plug() throws(SystemError) {
        let terminal = try PseudoTerminal()
        source = ReadSource(owning: try terminal.controller.duplicate()) { [weak self] in self?.receive() }
        try Files.makeLink(path, to: terminal.path)
        self.terminal = consume terminal
    }

    /// Whoever has the port open sees a hang-up.
    func unplug() {
        Files.remove(path)
        source = nil
        terminal = nil
    }

    /// Bytes that find no room, since nobody reads, are lost as on a real line.
    func write(_ bytes: [UInt8]) {
        _ = source?.write(bytes.span)
    }

    private func receive() {
        if case .bytes(let bytes) = source?.read(atMost: 4096) { onBytes(bytes) }
    }
}
