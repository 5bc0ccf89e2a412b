import Base

/// Access tokens that an operator sets by hand, for devices that have no token call: of one device, or of all.
public struct StaticTokens: Sendable {
    /// Of the file, in bytes: some ten thousand devices.
    public static let maximumFileSize = 1 << 20
    /// Of one token, in bytes. Shorter ones can be guessed.
    public static let tokenLength = 8...256

    /// Who may use a token.
    public enum Holder: Hashable, Sendable {
        case device(String)
        case everyDevice
    }

    /// What is wrong with one line; never shows any of it.
    public struct Mistake: Error, Hashable, Sendable {
        /// From 1.
        public var line: Int
        public var text: String
    }

    public struct Entry: Sendable {
        public let holder: Holder
        let token: [UInt8]

        /// The token as a listing may show it: the last four characters of a long one.
        public var masked: String { token.count < 16 ? "****" : String(decoding: token, as: UTF8.self).masked }
    }

    public private(set) var entries: [Entry] = []

    public init() {}

    /// Reads a file's content: `DEVICE_ID TOKEN` a line, `*` for every device; empty lines and those that begin with `#` do not count.
    /// One device may have several tokens, and several devices one.
    public init(file content: [UInt8]) throws(Mistake) {
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let lines = content.dropFirst(content.starts(with: byteOrderMark) ? byteOrderMark.count : 0)
        for (index, line) in lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
            guard let name = words.first, name.first != UInt8(ascii: "#") else { continue }
            guard words.count == 2, name.count <= 64 else {
                throw Mistake(line: index + 1, text: "is not DEVICE_ID TOKEN, or * TOKEN for every device")
            }
            let token = Array(words[1])
            guard Self.tokenLength.contains(token.count), token.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw Mistake(
                    line: index + 1,
                    text:
                        "holds a token that is not \(Self.tokenLength.lowerBound) to \(Self.tokenLength.upperBound) letters, digits and signs of ASCII"
                )
            }
            let holder = String(decoding: name, as: UTF8.self)
            entries.append(Entry(holder: holder == "*" ? .everyDevice : .device(holder), token: token))
        }
    }

    /// Whether the device may use `token`. Each is compared, in time that tells no more than lengths.
    public func admit(_ token: String, of deviceID: String) -> Bool {
        holders(of: token).contains { $0 == .everyDevice || $0 == .device(deviceID) }
    }

    /// All who may use `token`, in the order of the file; none for a text that is no token.
    public func holders(of token: String) -> [Holder] {
        let given = Array(token.utf8)
        return entries.filter { isEqualInConstantTime($0.token, given) }.map(\.holder)
    }

    /// What the device itself shows: its own token, or else the one of all devices; of several the first.
    public func token(of deviceID: String) -> String? {
        let entry = entries.first { $0.holder == .device(deviceID) } ?? entries.first { $0.holder == .everyDevice }
        return entry.map { String(decoding: $0.token, as: UTF8.self) }
    }
}
