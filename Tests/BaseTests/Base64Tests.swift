import Base
import Testing

@Test(
    "base64 is that of RFC 4648, section 10",
    arguments: zip(
        ["", "f", "fo", "foo", "foob", "fooba", "foobar"], ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]))
func base64OfText(text: String, expected: String) {
    #expect(base64(Array(text.utf8)) == expected)
}

@Test("base64 has a letter for each six bits")
func base64Alphabet() {
    #expect(base64([0xFB, 0xF0, 0x00, 0xFF]) == "+/AA/w==")
}
