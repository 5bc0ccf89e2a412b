import CLinux
import OperatingSystem
import ScannerDecoders

/// What a keyboard is told and asked beside reading its events. Other files refuse with ENOTTY.
enum EvdevKeyboard {
    /// Keeps the keystrokes from every other program, the login console above all, until the descriptor is closed.
    static func grab(_ descriptor: Int32) throws(SystemError) {
        let code = clinux_evdev_grab(descriptor)
        guard code == 0 else { throw SystemError(code: code, what: "grab") }
    }

    static func modifiers(_ descriptor: Int32) throws(SystemError) -> KeyboardModifiers {
        let bits = clinux_evdev_modifiers(descriptor)
        guard bits >= 0 else { throw SystemError(code: -bits, what: "ask for held keys") }
        return KeyboardModifiers(rawValue: UInt8(truncatingIfNeeded: bits))
    }
}
