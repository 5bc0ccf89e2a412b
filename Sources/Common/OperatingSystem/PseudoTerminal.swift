import CLinux
import Glibc

/// A terminal whose far side is a program: what stands in for a serial device in demos and tests.
public struct PseudoTerminal: ~Copyable, Sendable {
    /// The side of the stand-in: nonblocking. Letting go of it looks like unplugging the device.
    public let controller: FileDescriptor
    /// The device side's path, `/dev/pts/7`, for whoever is to take it for a serial port.
    public let path: String
    /// Held so that the controller does not see a hang-up whenever the last user of the device side goes.
    private let device: FileDescriptor

    /// The line is raw: no echo, no translation.
    public init() throws(SystemError) {
        var controllerRaw: Int32 = -1
        var deviceRaw: Int32 = -1
        var settings = termios()
        unsafe cfmakeraw(&settings)
        guard unsafe openpty(&controllerRaw, &deviceRaw, nil, &settings, nil) == 0 else {
            throw SystemError.last("open a pseudo-terminal")
        }
        let controller = FileDescriptor(owning: controllerRaw)
        let device = FileDescriptor(owning: deviceRaw)
        var name = [CChar](repeating: 0, count: 64)
        guard unsafe ttyname_r(deviceRaw, &name, name.count) == 0 else {
            throw SystemError.last("name a pseudo-terminal")
        }
        try controller.setNonblockingAndCloseOnExec()
        try device.setNonblockingAndCloseOnExec()
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.controller = controller
        self.device = device
    }
}
