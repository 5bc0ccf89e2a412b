import Base
import Cryptography

/// A PIN as its file holds it: `pbkdf2-sha256 200000 SALT HASH`, salt and hash in hexadecimal.
struct StoredPIN: Hashable, Sendable {
    static let lengths = 4...64
    private static let scheme = "pbkdf2-sha256"
    /// A fraction of a second on a board, and years for whoever has the file and tries all PINs of ten digits.
    private static let iterations: Int32 = 200_000
    private static let iterationsRange: ClosedRange<Int32> = 1...10_000_000

    private let iterations: Int32
    private let salt: [UInt8]
    private let hash: [UInt8]

    init(_ pin: String, salt: [UInt8], iterations: Int32 = iterations) {
        self.iterations = iterations
        self.salt = salt
        hash = passwordHash(Array(pin.utf8), salt: salt, iterations: iterations)
    }

    /// Nil when `file` is not what `text` makes.
    init?(file: String) {
        let parts = file.split { $0 == " " || $0.isNewline }
        guard parts.count == 4, parts[0] == Self.scheme, let iterations = Int32(parts[1]),
            Self.iterationsRange.contains(iterations), let salt = bytes(ofHexadecimal: parts[2]), salt.count >= 8,
            let hash = bytes(ofHexadecimal: parts[3]), hash.count == 32
        else { return nil }
        (self.iterations, self.salt, self.hash) = (iterations, salt, hash)
    }

    var text: String { "\(Self.scheme) \(iterations) \(hexadecimal(salt)) \(hexadecimal(hash))\n" }

    /// In time that does not tell how much of it was right.
    func matches(_ pin: String) -> Bool {
        isEqualInConstantTime(passwordHash(Array(pin.utf8), salt: salt, iterations: iterations), hash)
    }
}
