import Base
import JSON

/// The frame of every file that someone carries from a box (docs/vehicle.md): a JSON object a line. The first line says what the file
/// is, the last one how many lines lie between and the checksum of everything before it, so that a torn or damaged file is known for
/// one. Here such a file is read; `CarriedFileWriter` makes one.
public struct CarriedFile: Sendable {
    public let head: JSONValue
    /// XXH64 of the whole file.
    public let checksum: UInt64
    /// What its writer proves himself with, if he does: a code over the first `authenticatedCount` bytes.
    public let authentication: [UInt8]?
    /// All before the last line.
    public let authenticatedCount: Int
    private let lines: [ArraySlice<UInt8>]

    static let authenticationMember = "hmac_sha256"

    /// - Parameters:
    ///   - kind: what the head must name.
    ///   - format: the only layout that is understood.
    public init(_ bytes: [UInt8], kind: String, format: Int) throws(CarriedFileError) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.popLast()?.isEmpty == true, lines.count >= 2, let end = lines.popLast() else { throw .damaged }
        head = try Self.object(lines.removeFirst(), number: 1)
        guard head["kind"]?.string == kind else { throw .otherKind }
        guard head["format"]?.int == format else { throw .otherFormat(head["format"]?.text ?? "?") }
        let trailer = try Self.object(end, number: lines.count + 2)
        guard trailer["kind"] == "end", trailer["records"]?.int == lines.count,
            let digits = trailer["xxh64"]?.string,
            UInt64(digits, radix: 16) == XXHash64.checksum(of: Array(bytes[..<end.startIndex]))
        else { throw .damaged }
        checksum = XXHash64.checksum(of: bytes)
        authentication = trailer[Self.authenticationMember]?.string.flatMap { Base.bytes(ofHexadecimal: $0) }
        authenticatedCount = end.startIndex
        self.lines = lines
    }

    /// Lines between the first and the last.
    public var count: Int { lines.count }

    /// The line's number in the file, from 1, for whoever is told of a mistake.
    public static func lineNumber(of index: Int) -> Int { index + 2 }

    /// What stands in one of the lines between, from 0.
    public func object(at index: Int) throws(CarriedFileError) -> JSONValue {
        try Self.object(lines[index], number: Self.lineNumber(of: index))
    }

    private static func object(_ line: ArraySlice<UInt8>, number: Int) throws(CarriedFileError) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: Array(line), maximumBytes: CarriedFileWriter.maximumLine)
        } catch {
            throw .notJSON(line: number, reason: "\(error)")
        }
    }
}
