import Base

/// The transport ministry's QR code (交通一卡通二维码) of version 2: 332 bytes and up to 32 of the issuer's own.
///
/// The layout was recovered from public programs and held against published codes: compatible, not certified. Integers are big-endian;
/// N is the byte at 197, the length of the issuer's extension.
public struct TransportCode: Hashable, Sendable {
    /// Without an extension.
    static let fixedCount = 332
    public static let maximumExtension = 32
    /// The lengths of all codes of this layout.
    static let counts = fixedCount...fixedCount + maximumExtension
    /// Longer than this no phone may show one code, in seconds.
    static let longestValidity = 1200

    /// The whole code.
    public let bytes: [UInt8]
    /// Until when the issuer's certificate holds.
    public let certificateEnd: CertificateMonth
    /// The user's account, which is the unique card number.
    public let card: CardNumber

    /// Where everything of the extension's length or behind it begins.
    private var extensionEnd: Int { 198 + Int(bytes[197]) }

    /// Nil when length, marks or digits are not those of the layout; `flaw` says which.
    public init?(_ bytes: [UInt8]) {
        guard Self.flaw(in: bytes) == nil, let card = Self.account(in: bytes), let end = CertificateMonth(bytes[14..<16]) else {
            return nil
        }
        (self.bytes, self.card, certificateEnd) = (bytes, card, end)
    }

    /// What is wrong with the form of a code; nil when nothing is.
    public static func flaw(in bytes: [UInt8]) -> String? {
        if bytes.count == firstVersionCount, isFirstVersion(bytes) {
            return "layout version 1, which has no certificate: not supported"
        }
        guard counts.contains(bytes.count) else { return "\(bytes.count) bytes; 332 to 364 wanted" }
        if bytes[0] < 0x80 { return "version \(hexadecimal(bytes[0])); 80 to ff wanted" }
        let rest = integer(bytes[1..<3])
        if rest != bytes.count - 3 { return "it says that \(rest) bytes follow its length field; \(bytes.count - 3) do" }
        if Int(bytes[197]) != bytes.count - fixedCount {
            return "an extension of \(bytes[197]) bytes does not fit into \(bytes.count)"
        }
        for (offset, wanted, what) in marks(extensionEnd: 198 + Int(bytes[197])) {
            let found = bytes[offset..<offset + wanted.count]
            if !found.elementsEqual(wanted) { return "\(what) is \(hexadecimal(found)); \(hexadecimal(wanted)) wanted" }
        }
        if !isDecimal(bytes[10..<14]) { return "the issuer \(hexadecimal(bytes[10..<14])) is no decimal number" }
        if CertificateMonth(bytes[14..<16]) == nil { return "the certificate's end \(hexadecimal(bytes[14..<16])) is no month" }
        if account(in: bytes) == nil { return "the card number \(hexadecimal(bytes[136..<146])) is no decimal number" }
        let validity = integer(bytes[195..<197])
        if validity > longestValidity { return "valid for \(validity) s; \(longestValidity) at most" }
        return nil
    }

    /// Bytes that every code of this layout has.
    private static func marks(extensionEnd end: Int) -> [(offset: Int, wanted: [UInt8], what: String)] {
        [
            (3, [0x24], "the certificate's header"), (9, [0x12], "the certificate's format"),
            (19, [0x04, 0x04, 0x00, 0x21], "the algorithms and the length of the issuer's key"),
            (end, [0x15], "the form of the issuer's signature"), (end + 69, [0x15], "the form of the user's signature"),
        ]
    }

    /// The layout of one program only: known by its looks and refused.
    private static let firstVersionCount = 226
    private static func isFirstVersion(_ bytes: [UInt8]) -> Bool { (bytes[0] >= 0x80 || bytes[0] == 0x40) && bytes[3] <= 1 }

    /// Whether bytes have the looks of such a code, of either version, be they cut off or damaged.
    static func claims(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 4 else { return false }
        if bytes.count == firstVersionCount, isFirstVersion(bytes) { return true }
        let hasHeader = bytes[3] == 0x24
        let fits = integer(bytes[1..<3]) == bytes.count - 3
        if hasHeader, fits { return true }
        // One mark alone is there by chance in a text that somebody wrote.
        return bytes[0] >= 0x80 && (hasHeader || fits) && String(scannedCode: bytes) == nil
    }

    /// The same of what was written as text, and may as well be somebody else's cipher: more has to fit.
    static func claimsText(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 10 && bytes[0] >= 0x80 && bytes[3] == 0x24 && counts.contains(integer(bytes[1..<3]) + 3)
    }

    // MARK: Fields

    public var version: UInt8 { bytes[0] }
    public var service: ArraySlice<UInt8> { bytes[4..<8] }
    /// Which root key vouches for the issuer.
    public var rootIndex: UInt8 { bytes[8] }
    /// Eight decimal digits.
    public var issuer: String { hexadecimal(bytes[10..<14]) }
    public var serial: ArraySlice<UInt8> { bytes[16..<19] }
    /// Of whoever pays; ASCII, padded with blanks.
    public var paymentAccount: String {
        var account = bytes[120..<136]
        while account.last == UInt8(ascii: " ") { account.removeLast() }
        return String(decoding: account, as: UTF8.self)
    }
    public var accountIssuer: String { hexadecimal(bytes[146..<150]) }
    /// Whose program made the code.
    public var platform: String { hexadecimal(bytes[150..<154]) }
    public var accountType: UInt8 { bytes[154] }
    /// What the ride may cost at most, in fen.
    public var maximumFen: Int { Self.integer(bytes[155..<158]) }
    public var authorisationEnd: WallTime { WallTime(seconds: Int64(Self.integer(bytes[191..<195]))) }
    /// Of the code, from its making on.
    public var validitySeconds: Int { Self.integer(bytes[195..<197]) }
    public var issuerExtension: ArraySlice<UInt8> { bytes[198..<extensionEnd] }
    public var made: WallTime { WallTime(seconds: Int64(Self.integer(bytes[(extensionEnd + 65)..<(extensionEnd + 69)]))) }
    /// The last moment at which it is good, by its own validity and by the issuer's authorisation.
    public var end: WallTime { min(made + .seconds(validitySeconds), authorisationEnd) }

    // MARK: Keys and signatures

    public var issuerKey: ArraySlice<UInt8> { bytes[23..<56] }
    public var userKey: ArraySlice<UInt8> { bytes[158..<191] }
    /// The certificate with its signature, by which a verdict on it is kept.
    public var certificate: ArraySlice<UInt8> { bytes[3..<120] }
    /// What the root signed.
    public var certified: ArraySlice<UInt8> { bytes[9..<56] }
    public var certificateSignature: ArraySlice<UInt8> { bytes[56..<120] }
    /// What the issuer signed.
    public var authorised: ArraySlice<UInt8> { bytes[3..<extensionEnd] }
    public var authorisationSignature: ArraySlice<UInt8> { bytes[(extensionEnd + 1)..<(extensionEnd + 65)] }
    /// What the user signed. A phone can sign the same again, so this names the code and not the whole of it.
    public var signed: ArraySlice<UInt8> { bytes[..<(extensionEnd + 69)] }
    public var userSignature: ArraySlice<UInt8> { bytes[(extensionEnd + 70)...] }

    static func integer(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    private static func isDecimal(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.allSatisfy { $0 >> 4 < 10 && $0 & 15 < 10 } }

    /// Digits, and behind them nothing but F.
    private static func account(in bytes: [UInt8]) -> CardNumber? {
        let nibbles = bytes[136..<146].flatMap { [$0 >> 4, $0 & 15] }
        let digits = nibbles.prefix { $0 < 10 }
        guard nibbles[digits.count...].allSatisfy({ $0 == 15 }) else { return nil }
        return CardNumber(digits.map { $0 + UInt8(ascii: "0") })
    }
}
