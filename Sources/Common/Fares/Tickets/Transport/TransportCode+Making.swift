import Base

/// Makes codes, for tests and demonstrations: nobody else has the keys.
extension TransportCode {
    /// What an issuer says of a user.
    public struct Content: Sendable {
        public var version: UInt8 = 0x81
        public var rootIndex: UInt8
        /// Eight decimal digits.
        public var issuer: String
        public var certificateEnd: CertificateMonth
        /// Compressed, 33 bytes.
        public var issuerKey: [UInt8]
        /// At most 16 characters of ASCII.
        public var paymentAccount = ""
        /// At most 20 decimal digits.
        public var card: CardNumber
        /// Eight decimal digits.
        public var platform = "00000000"
        public var accountType: UInt8 = 0
        public var maximumFen = 0
        /// Compressed, 33 bytes.
        public var userKey: [UInt8]
        public var authorisationEnd: WallTime
        public var validitySeconds = 60
        /// At most 32 bytes.
        public var issuerExtension: [UInt8] = []
        public var made: WallTime

        public init(
            rootIndex: UInt8, issuer: String, certificateEnd: CertificateMonth, issuerKey: [UInt8], card: CardNumber,
            userKey: [UInt8], authorisationEnd: WallTime, made: WallTime
        ) {
            self.rootIndex = rootIndex
            self.issuer = issuer
            self.certificateEnd = certificateEnd
            self.issuerKey = issuerKey
            self.card = card
            self.userKey = userKey
            self.authorisationEnd = authorisationEnd
            self.made = made
        }
    }

    /// The three who sign, each from a message to 64 bytes, r and s.
    public struct Signers: Sendable {
        public typealias Sign = @Sendable (_ message: [UInt8]) -> [UInt8]
        public var root: Sign
        public var issuer: Sign
        public var user: Sign

        public init(root: @escaping Sign, issuer: @escaping Sign, user: @escaping Sign) {
            (self.root, self.issuer, self.user) = (root, issuer, user)
        }
    }

    /// Nil when `content` does not fit into the layout.
    public init?(_ content: Content, signedBy signers: Signers) {
        guard content.issuerKey.count == 33, content.userKey.count == 33, content.paymentAccount.utf8.count <= 16,
            content.card.digitCount <= 20, (0...0xFF_FFFF).contains(content.maximumFen),
            content.issuerExtension.count <= Self.maximumExtension, (0...0xFFFF).contains(content.validitySeconds),
            let issuer = Base.bytes(ofHexadecimal: content.issuer), issuer.count == 4,
            let platform = Base.bytes(ofHexadecimal: content.platform), platform.count == 4
        else { return nil }
        let rest = 329 + content.issuerExtension.count
        var bytes: [UInt8] = [content.version] + Self.bytes(rest, 2) + [0x24, 1, 1, 0, 0, content.rootIndex]
        bytes += [0x12] + issuer + content.certificateEnd.bytes + [0, 0, 1, 0x04, 0x04, 0x00, 0x21] + content.issuerKey
        bytes += signers.root(Array(bytes[9...]))
        let account = Array(content.paymentAccount.utf8)
        bytes += account + Array(repeating: UInt8(ascii: " "), count: 16 - account.count)
        let digits = content.card.description
        bytes += Base.bytes(ofHexadecimal: digits + String(repeating: "F", count: 20 - digits.utf8.count)) ?? []
        bytes += issuer + platform + [content.accountType] + Self.bytes(content.maximumFen, 3) + content.userKey
        bytes += Self.bytes(Int(content.authorisationEnd.seconds), 4) + Self.bytes(content.validitySeconds, 2)
        bytes += [UInt8(content.issuerExtension.count)] + content.issuerExtension
        bytes += [0x15] + signers.issuer(Array(bytes[3...]))
        bytes += Self.bytes(Int(content.made.seconds), 4)
        bytes += [0x15] + signers.user(Array(bytes))
        self.init(bytes)
    }

    private static func bytes(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - $0))) }
    }
}
