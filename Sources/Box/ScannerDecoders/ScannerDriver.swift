/// A protocol that scanners speak: all that the box must know of it, in one value. The value stands beside its decoder; `all`
/// makes it known to the configuration, the rig and the tests.
public struct ScannerDriver: Sendable {
    /// The configuration's word for it: `hidraw`.
    public let name: String
    /// Of a scanner on a serial port, what it is set to when it is new, in bits a second; nil of one that the kernel's input
    /// system presents, by evdev or hidraw.
    public let usualBaud: Int?
    /// A decoder as new, for one scanner.
    public let makeDecoder: @Sendable (_ settings: ScannerSettings) -> any ScannerDecoder

    /// The registry. Its order is that of the configuration's messages.
    public static let all: [ScannerDriver] = [
        .evdev,
        .hidraw,
        .serial,
    ]
}

/// A driver is known by its name.
extension ScannerDriver: Hashable, CaseIterable, RawRepresentable {
    public static var allCases: [ScannerDriver] { all }
    public var rawValue: String { name }

    /// Nil for a name that the registry does not have.
    public init?(rawValue: String) {
        guard let driver = Self.all.first(where: { $0.name == rawValue }) else { return nil }
        self = driver
    }
}
