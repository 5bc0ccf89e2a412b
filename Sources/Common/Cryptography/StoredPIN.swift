import Base

/// The PIN of a box's console as its file holds it: `pbkdf2-sha256 200000 SALT HASH`, salt and hash in hexadecimal.
public struct StoredPIN: Hashable, Sendable {
    /// Of a PIN, in bytes.
    public static let lengths = 4...64
    private static let scheme = "pbkdf2-sha256"
    /// A fraction of a second on a board, and years for whoever has the file and tries all PINs of ten digits.
    public static let usualIterations: Int32 = 200_000
    private static let iterationsRange: ClosedRange<Int32> = 1...10_000_000

    private let iterations: Int32
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// - Parameter salt: at least 8 random bytes.
    public init(_ pin: String, salt: [UInt8], iterations: Int32 = usualIterations) {
        self.iterations = iterations
        self.salt = salt
        hash = passwordHash(Array(pin.utf8), salt: salt, iterations: iterations)
    }

    /// Nil when `file` is not what `text` makes.
    public init?(file: String) {
        let parts = file.split { $0 == " " || $0.isNewline }
        guard parts.count == 4, parts[0] == Self.scheme, let iterations = Int32(parts[1]),
            Self.iterationsRange.contains(iterations), let salt = bytes(ofHexadecimal: parts[2]), salt.count >= 8,
            let hash = bytes(ofHexadecimal: parts[3]), hash.count == 32
        else { return nil }
        (self.iterations, self.salt, self.hash) = (iterations, salt, hash)
    }

    /// As the file holds it, with its line end.
    public var text: String { "\(Self.scheme) \(iterations) \(hexadecimal(salt)) \(hexadecimal(hash))\n" }

    /// In time that does not tell how much of it was right.
    public func matches(_ pin: String) -> Bool {
        isEqualInConstantTime(passwordHash(Array(pin.utf8), salt: salt, iterations: iterations), hash)
    }
}
