import Base

/// The root keys that a box or a hub believes.
public struct RootKeySet: Hashable, Sendable {
    /// By index; at most one for each.
    public private(set) var keys: [RootKey] = []
    /// Names the set: 16 hexadecimal digits, other ones for other keys; empty without keys.
    public private(set) var version = ""

    public init() {}

    /// - Throws: when two keys have one index.
    public init(_ keys: [RootKey], verifier: any SignatureVerifier) throws(RootKeyError) {
        let sorted = keys.sorted { $0.index < $1.index }
        for (key, next) in zip(sorted, sorted.dropFirst()) where key.index == next.index {
            throw RootKeyError("root key \(key.index) is there twice")
        }
        self.keys = sorted
        guard !sorted.isEmpty else { return }
        var content: [UInt8] = []
        for key in sorted { content += [key.index] + (key.end?.bytes ?? [0, 0]) + key.point }
        version = hexadecimal(verifier.sha256(content[...]).prefix(8))
    }

    /// A set as it was kept. Nil when two keys have one index.
    ///
    /// - Parameter version: the set's own, of when it was kept.
    public init?(kept keys: [RootKey], version: String) {
        guard Set(keys.map(\.index)).count == keys.count, keys.isEmpty == version.isEmpty else { return nil }
        self.keys = keys.sorted { $0.index < $1.index }
        self.version = version
    }

    public var isEmpty: Bool { keys.isEmpty }

    public subscript(index: UInt8) -> RootKey? { keys.first { $0.index == index } }

    /// More than a file of all 256 keys has, in its longest form.
    public static let maximumFileSize = 128 << 10

    /// Reads a file of root keys: root records of 144 bytes one behind the other, or lines. A line is a root record in hexadecimal
    /// digits, or an index (decimal), a comma, and X and Y in hexadecimal digits. Empty lines, and those that begin with #, do not count.
    ///
    /// - Throws: what is wrong, and in which line.
    public init(file: [UInt8], verifier: any SignatureVerifier) throws(RootKeyError) {
        guard file.count <= Self.maximumFileSize else { throw RootKeyError("more than \(Self.maximumFileSize) bytes") }
        let keys: [RootKey] =
            if file.count % RootKey.recordCount == 0, file.first == 0x21, !file.allSatisfy({ $0 < 0x80 }) {
                try Self.records(file, verifier)
            } else {
                try Self.lines(file, verifier)
            }
        guard !keys.isEmpty else { throw RootKeyError("there is no root key in it") }
        try self.init(keys, verifier: verifier)
    }

    private static func records(
        _ file: [UInt8], _ verifier: any SignatureVerifier
    ) throws(RootKeyError) -> [RootKey] {
        var keys: [RootKey] = []
        for start in stride(from: 0, to: file.count, by: RootKey.recordCount) {
            keys.append(try RootKey(record: Array(file[start..<start + RootKey.recordCount]), verifier: verifier))
        }
        return keys
    }

    private static func lines(
        _ file: [UInt8], _ verifier: any SignatureVerifier
    ) throws(RootKeyError) -> [RootKey] {
        var keys: [RootKey] = []
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = file.starts(with: mark) ? file.dropFirst(3) : file[...]
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            let written = String(decoding: line, as: UTF8.self).filter { !$0.isWhitespace }
            guard !written.isEmpty, !written.hasPrefix("#") else { continue }
            do throws(RootKeyError) {
                keys.append(try key(written, verifier))
            } catch {
                throw RootKeyError("line \(number + 1): \(error)")
            }
        }
        return keys
    }

    /// - Parameter line: without blanks.
    private static func key(_ line: String, _ verifier: any SignatureVerifier) throws(RootKeyError) -> RootKey {
        let parts = line.split(separator: ",", omittingEmptySubsequences: false)
        if parts.count == 1, let record = bytes(ofHexadecimal: line) { return try RootKey(record: record, verifier: verifier) }
        guard parts.count == 2, let index = UInt8(parts[0]), let written = bytes(ofHexadecimal: parts[1]) else {
            throw RootKeyError("neither a root record in hexadecimal digits nor index,XY with a decimal index up to 255")
        }
        // X and Y are often written as an uncompressed point.
        let point = written.count == 65 && written.first == 0x04 ? Array(written.dropFirst()) : written
        guard let key = RootKey(index: index, point: point, end: nil) else {
            throw RootKeyError("root key \(index) has \(point.count) bytes; X and Y are 64")
        }
        guard verifier.isPointOfSM2(point[...]) else { throw RootKeyError("root key \(index) is no point of the curve") }
        return key
    }
}
