import Base
import ScannerDecoders

/// The device's side of a scanner's protocol, for hardware stand-ins. What it sends comes in pieces, each of which goes out whole.
public struct ScannerEmulator: Sendable {
    /// What is sent for a whole code, with what marks its end. Throws for a code that such a scanner cannot send.
    public let code: @Sendable (_ code: [UInt8], _ time: WallTime) throws -> [[UInt8]]
    /// What is sent for a text that does not end; nil for a scanner that knows whole codes only.
    public let text: (@Sendable (_ text: String, _ time: WallTime) throws -> [[UInt8]])?
    /// Whether a code may be any bytes; else it is text.
    public let sendsAnyBytes: Bool
}

extension ScannerDriver {
    /// The registry of the rig.
    private static let emulators: [ScannerDriver: ScannerEmulator] = [
        .evdev: ScannerEmulator(
            code: { try WedgeKeyboard.keystrokes(String(decoding: $0, as: UTF8.self) + "\n", at: $1) },
            text: { try WedgeKeyboard.keystrokes($0, at: $1) }, sendsAnyBytes: false),
        .hidraw: ScannerEmulator(code: { code, _ in HIDPOSScanner.reports(of: code) }, text: nil, sendsAnyBytes: true),
        .serial: ScannerEmulator(
            code: { code, _ in [code + [0x0D]] }, text: { text, _ in [Array(text.utf8)] }, sendsAnyBytes: true),
    ]

    /// A stand-in for a scanner of this protocol. The tests make sure that there is one for each.
    public var emulator: ScannerEmulator {
        guard let emulator = Self.emulators[self] else { preconditionFailure("no stand-in for a scanner of protocol \(name)") }
        return emulator
    }
}
