/// The protocols that scanners speak, as the configuration names them.
nonisolated public enum ScannerProtocol: String, CaseIterable, Sendable {
    case evdev
    case hidraw
    case serial

    /// A decoder as new.
    public func makeDecoder(_ settings: ScannerSettings) -> any ScannerDecoder {
        switch self {
        case .evdev: KeyboardWedgeDecoder(interKey: settings.interKey, maximumLength: settings.maximumLength)
        case .hidraw:
            HIDPOSDecoder(interReport: settings.interKey, maximumLength: settings.maximumLength, suffix: settings.terminator)
        case .serial:
            SerialLineDecoder(
                terminator: settings.terminator, interCharacter: settings.interKey, maximumLength: settings.maximumLength)
        }
    }

    /// What the scanner's device file is: `.inputDevice` for evdev and hidraw.
    func deviceKind(_ settings: ScannerSettings) -> DeviceKind {
        switch self {
        case .evdev, .hidraw: .inputDevice
        case .serial: .serialPort(baud: settings.baud)
        }
    }
}
