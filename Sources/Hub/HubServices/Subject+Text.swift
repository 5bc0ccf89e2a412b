import Base
import Fares

extension Subject {
    /// Of a ticket, in bytes. No ticket of any kind is so long: what is beyond is not kept.
    static let maximumTicketBytes = 4096

    /// A ticket that no record holds as a whole.
    var isTooLong: Bool {
        if case .ticket(let payload) = self { payload.count > Self.maximumTicketBytes } else { false }
    }

    /// As records hold it: the card number, or the ticket as it was scanned, cut where it is too long; of one that is no UTF-8, its bytes.
    var text: String {
        switch self {
        case .card(let card): return card.description
        case .ticket(let payload):
            guard payload.count > Self.maximumTicketBytes else {
                return String(validating: payload, as: UTF8.self) ?? Self.text(ofBytes: payload)
            }
            // Before a character, not within one.
            let isText = String(validating: payload, as: UTF8.self) != nil
            var end = Self.maximumTicketBytes
            while isText, payload[end] & 0xC0 == 0x80 { end -= 1 }
            let kept = Array(payload[..<end])
            return String(validating: kept, as: UTF8.self) ?? Self.text(ofBytes: kept)
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
