/// The uploads that a tap gives rise to (reading 12).
public struct UploadParts: OptionSet, Hashable, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// `card_check` / `ticket_check` with `check_mode` 1: the ride is booked.
    public static let booking = UploadParts(rawValue: 1)
    /// `card_check_log` / `offline_qrcode_log`.
    public static let log = UploadParts(rawValue: 2)

    public var count: Int { rawValue.nonzeroBitCount }
}
