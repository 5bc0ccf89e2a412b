import Glibc
import OperatingSystem

/// One light, or the buzzer: a LED class folder of the kernel (Documentation/leds/leds-class.rst), in which `brightness` takes 1 and 0.
///
/// A plain folder serves as well. Nothing is made where there is no folder.
struct Indicator: ~Copyable {
    private let path: String
    /// Kept open, so that a write is one system call.
    private var file: AttributeFile?
    private(set) var isOn = false

    init(folder: String) {
        path = folder + "/brightness"
    }

    /// Switches it. A file that refuses is opened once more: the device may have been plugged in again.
    mutating func set(on: Bool) throws(SystemError) {
        if file != nil, (try? write(on)) != nil { return }
        file = nil
        file = try Self.open(path)
        do throws(SystemError) {
            try write(on)
        } catch {
            file = nil
            throw error
        }
    }

    private mutating func write(_ on: Bool) throws(SystemError) {
        let value: [UInt8] = [UInt8(ascii: on ? "1" : "0")]
        try file?.write(value.span)
        isOn = on
    }

    private static func open(_ path: String) throws(SystemError) -> AttributeFile {
        do throws(SystemError) {
            return try AttributeFile(path)
        } catch {
            guard error.code == ENOENT else { throw error }
            _ = try FileDescriptor.open(path, O_WRONLY | O_CREAT, permissions: 0o644)
            return try AttributeFile(path)
        }
    }
}
