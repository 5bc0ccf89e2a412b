import Base
import Fares

extension Subject {
    /// As records hold it: the card number, or the ticket as it was scanned; of one that is no UTF-8, its bytes.
    var text: String {
        switch self {
        case .card(let card): card.description
        case .ticket(let payload): String(validating: payload, as: UTF8.self) ?? Self.text(ofBytes: payload)
        }
    }

    private static let bytesPrefix = "hex:"

    private static func text(ofBytes bytes: [UInt8]) -> String { bytesPrefix + hexadecimal(bytes) }

    /// What was scanned, of a `text` that a record holds.
    static func payload(of text: String) -> [UInt8] { bytes(of: text) ?? Array(text.utf8) }

    private static func bytes(of text: String) -> [UInt8]? {
        text.hasPrefix(bytesPrefix) ? Base.bytes(ofHexadecimal: text.dropFirst(bytesPrefix.count)) : nil
    }

    /// What records may hold for the same scan beside `text`. A code that is no text has three ways to the hub: a box sends it as
    /// hexadecimal digits or as base64, and a stick carries its bytes.
    static func otherTexts(for text: String) -> [String] {
        let written = Array(text.utf8)
        guard let scan = bytes(of: text) ?? Base.bytes(ofHexadecimal: text) ?? TransportCodeText.bytes(of: written),
            String(validating: scan, as: UTF8.self) == nil
        else { return [] }
        return [Self.text(ofBytes: scan), hexadecimal(scan), base64(scan)].filter { $0 != text }
    }
}
