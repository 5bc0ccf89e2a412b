import Base

/// A root key of the transport ministry, which vouches for issuers.
public struct RootKey: Hashable, Sendable {
    /// By which a code names it.
    public let index: UInt8
    /// X and Y, 64 bytes.
    public let point: [UInt8]
    /// Until when it holds; nil when nobody said.
    public let end: CertificateMonth?

    /// Nil unless `point` has 64 bytes.
    public init?(index: UInt8, point: [UInt8], end: CertificateMonth?) {
        guard point.count == 64 else { return nil }
        (self.index, self.point, self.end) = (index, point, end)
    }

    /// The bytes of a root record, in which terminals are given keys.
    public static let recordCount = 144

    /// A root record: head, service, RID, index, end, algorithms, X and Y, and the key's signature over all before it. That detects
    /// damage, and gives no trust.
    ///
    /// - Throws: what is wrong with it.
    init(record: [UInt8], verifier: any SignatureVerifier) throws(RootKeyError) {
        guard record.count == Self.recordCount else { throw RootKeyError("a root record has 144 bytes, not \(record.count)") }
        guard record[0] == 0x21 else { throw RootKeyError("a root record begins with 21, not \(hexadecimal([record[0]]))") }
        guard record[13...15].elementsEqual([0x04, 0x00, 0x40]) else {
            throw RootKeyError(
                "root key \(record[10]) is no SM2 key of 64 bytes (\(hexadecimal(record[13...15])); 040040 wanted)")
        }
        guard let end = CertificateMonth(record[11..<13]) else {
            throw RootKeyError("root key \(record[10]) ends in no month (\(hexadecimal(record[11..<13])); MMYY wanted)")
        }
        guard verifier.isSignedBySM2(record[0..<80], record[80...], publicKey: record[16..<80]) else {
            throw RootKeyError("root key \(record[10]) is damaged: its own signature does not fit")
        }
        (index, point, self.end) = (record[10], Array(record[16..<80]), end)
    }

    /// What is signed in a root record: 80 bytes. `sign` gives the 64 that follow.
    public func record(signedBy sign: (_ message: [UInt8]) -> [UInt8], end: CertificateMonth) -> [UInt8] {
        var record: [UInt8] = [0x21, 1, 1, 0, 0, 0xA0, 0x00, 0x00, 0x06, 0x32, index]
        record += end.bytes + [0x04, 0x00, 0x40] + point
        return record + sign(record)
    }
}

/// Why root keys cannot be read, for a technician.
public struct RootKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
