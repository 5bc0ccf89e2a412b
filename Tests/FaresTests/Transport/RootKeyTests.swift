import Base
import Cryptography
import Fares
import Testing

private typealias Vectors = TransportVectors

@Suite("Root keys of the transport ministry")
struct RootKeyTests {
    private static let end = CertificateMonth(year: 2041, month: 6)!
    private static let record = Vectors.rootKey.record(signedBy: Vectors.root.sign, end: end)
    private static let other = RootKey(index: 1, point: Vectors.issuer.coordinates, end: nil)!
    private static let line = "241,\(hexadecimal(Vectors.root.coordinates))"

    private func read(_ file: [UInt8]) throws -> RootKeySet { try RootKeySet(file: file, verifier: Libcrypto()) }
    private func read(_ text: String) throws -> RootKeySet { try read(Array(text.utf8)) }

    @Test("are read as a record of 144 bytes, as its hexadecimal text, and as lines of index and point")
    func forms() throws {
        let withEnd = try read(Self.record)
        #expect(withEnd[241]?.point == Vectors.root.coordinates && withEnd[241]?.end == Self.end)
        #expect(try read(hexadecimal(Self.record)) == withEnd)
        #expect(try read("\u{FEFF}# ours\r\n\r\n \(hexadecimal(Self.record).uppercased()) \r\n") == withEnd)
        #expect(try read(Self.line) == Vectors.roots)
        #expect(try read("241, 04 \(hexadecimal(Vectors.root.coordinates))\n") == Vectors.roots, "as an uncompressed point")
        #expect(try read(Self.line + "\n1,\(hexadecimal(Self.other.point))").keys.map(\.index) == [1, 241])
        let second = Self.other.record(signedBy: Vectors.issuer.sign, end: Self.end)
        #expect(try read(Self.record + second).keys.map(\.index) == [1, 241])
    }

    @Test("a set's version names its keys, whatever their order and form")
    func version() throws {
        let one = try read(Self.line)
        let two = try read(Self.line + "\n1,\(hexadecimal(Self.other.point))")
        #expect(one.version.count == 16 && one.version != two.version)
        #expect(two.version == (try read("1,\(hexadecimal(Self.other.point))\n" + Self.line).version))
        #expect(RootKeySet().version.isEmpty && RootKeySet().isEmpty)
    }

    @Test("a record with any one bit flipped under its signature is refused")
    func flips() {
        for bit in 0..<80 * 8 {
            var record = Self.record
            record[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: RootKeyError.self, "bit \(bit)") { try read(record) }
        }
    }

    @Test(
        "what is none is refused with a word that helps",
        arguments: [
            ("", "no root key"), ("# nothing\n", "no root key"), ("hello", "line 1"), ("\n\n256,00", "line 3"), ("1,ab", "64"),
            ("x,00", "index"), ("1,2,3", "index"), (line + "\n" + line, "twice"), ("00", "144"),
            ("7," + String(repeating: "ff", count: 64), "curve"), ("7," + String(repeating: "00", count: 64), "curve"),
        ])
    func mistakes(file: String, word: String) {
        #expect {
            _ = try read(file)
        } throws: {
            "\($0)".contains(word)
        }
    }

    @Test("a file beyond all keys' size is refused, and any bytes at all are read without harm")
    func anyBytes() {
        #expect(throws: RootKeyError.self) { try read(Array(repeating: 0x30, count: RootKeySet.maximumFileSize + 1)) }
        for count in [1, 143, 144, 145, 288] {
            for byte in [0, 0x21, 0x2C, 0xFF] as [UInt8] {
                #expect(throws: RootKeyError.self) { try read(Array(repeating: byte, count: count)) }
            }
        }
    }

    @Test(
        "is warned of from 60 days before its end",
        arguments: [
            (nil, nil), (CertificateMonth(year: 2024, month: 2), nil), (CertificateMonth(year: 2023, month: 12), .endsSoon),
            (CertificateMonth(year: 2023, month: 10), .ended),
        ] as [(CertificateMonth?, RootKeyWarning?)])
    func warning(end: CertificateMonth?, expected: RootKeyWarning?) {
        #expect(RootKeyWarning(end: end, at: WallTime(seconds: 1_700_000_000)) == expected)
    }
}
