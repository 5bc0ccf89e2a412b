import Cryptography
import ValidatorCore

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
            Self.iterationsRange.contains(iterations), let salt = bytes(hexadecimal: parts[2]), salt.count >= 8,
            let hash = bytes(hexadecimal: parts[3]), hash.count == 32
        else { return nil }
        (self.iterations, self.salt, self.hash) = (iterations, salt, hash)
    }

    var text: String { "\(Self.scheme) \(iterations) \(hexadecimal(salt)) \(hexadecimal(hash))\n" }

    /// In time that does not tell how much of it was right.
    func matches(_ pin: String) -> Bool {
        let candidate = passwordHash(Array(pin.utf8), salt: salt, iterations: iterations)
        return zip(candidate, hash).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Lets in whoever knows the PIN. After each wrong one the next must wait, longer every time.
struct PINGate: Sendable {
    static let firstPause = Duration.seconds(1)
    static let longestPause = Duration.seconds(60)

    private let pin: StoredPIN
    private var pause = firstPause
    private var blockedUntil: Instant?

    init(_ pin: StoredPIN) {
        self.pin = pin
    }

    /// How long nothing that is entered counts; nil when it does.
    func wait(at now: Instant) -> Duration? {
        guard let blockedUntil, blockedUntil > now else { return nil }
        return blockedUntil - now
    }

    /// Whether `entry` opens. While there is a wait nothing does, and nothing is compared.
    mutating func tries(_ entry: String, at now: Instant) -> Bool {
        guard wait(at: now) == nil else { return false }
        guard !pin.matches(entry) else {
            pause = Self.firstPause
            return true
        }
        blockedUntil = now + pause
        pause = min(pause * 2, Self.longestPause)
        return false
    }
}

/// Nil when `text` is not pairs of hexadecimal digits.
private func bytes(hexadecimal text: Substring) -> [UInt8]? {
    let digits = text.utf8.map(hexadecimalValue)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var result: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
        guard let high = digits[index], let low = digits[index + 1] else { return nil }
        result.append(high << 4 | low)
    }
    return result
}
