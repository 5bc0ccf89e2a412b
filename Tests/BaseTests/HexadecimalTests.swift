import Base
import Testing

@Suite("hexadecimal digits")
struct HexadecimalTests {
    @Test("bytes come back from their digits, in either case")
    func bytes() {
        let all = (0...255).map { UInt8($0) }
        #expect(Base.bytes(ofHexadecimal: hexadecimal(all)) == all)
        #expect(Base.bytes(ofHexadecimal: hexadecimal(all).uppercased()) == all)
        #expect(hexadecimal([0x0A, 0xFF] as [UInt8]) == "0aff")
    }

    @Test("anything else than pairs of digits is none", arguments: ["0", "0g", "g0", "0x10", " 0a", "0a ", "0a0", "ＡＡ"])
    func rubbish(text: String) {
        #expect(Base.bytes(ofHexadecimal: text) == nil)
    }

    @Test("a number has all of its digits")
    func numbers() {
        #expect(hexadecimal(UInt16(0x0A)) == "000a")
        #expect(hexadecimal(UInt64.max) == "ffffffffffffffff")
        #expect(hexadecimal(UInt64(0)) == "0000000000000000")
    }
}
