import Base
import Testing

@Suite("XXH64 gives what its authors publish")
struct XXHash64Tests {
    @Test(
        "for short and long input",
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
            ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
        ] as [(String, UInt64)])
    func vectors(text: String, checksum: UInt64) {
        #expect(XXHash64.checksum(of: Array(text.utf8)) == checksum)
    }

    /// The buffer and the results of the reference's own self-test (xsum_sanity_check.c).
    @Test(
        "for the reference's self-test",
        arguments: [
            (1, 0xE934_A84A_DB05_2768), (4, 0x9136_A0DC_A57457EE), (14, 0x8282_DCC4_994E_35C8), (222, 0xB641_AE8C_B691_C174),
        ] as [(Int, UInt64)])
    func selfTest(length: Int, checksum: UInt64) {
        var generator: UInt64 = 2_654_435_761
        var buffer: [UInt8] = []
        for _ in 0..<length {
            buffer.append(UInt8(generator >> 56))
            generator = generator &* 11_400_714_785_074_694_797
        }
        #expect(XXHash64.checksum(of: buffer) == checksum)
    }
}
