import Base
import Testing

@testable import validatorctl

@Suite("the console's PIN")
struct ConsolePINTests {
    private let pin = StoredPIN("4711", salt: Array(repeating: 7, count: 16), iterations: 10)

    @Test("nothing is shown or asked for before the PIN")
    func locked() {
        let bench = ConsoleBench(pin: pin)
        #expect(bench.tick().isEmpty)
        bench.press("47")
        #expect(bench.page.contains("PIN: **") && !bench.page.contains("Live taps") && !bench.page.contains("47"))
        bench.press(.escape)
        #expect(bench.model.isLocked)
        bench.press("4711\n")
        #expect(!bench.model.isLocked && bench.page.contains("Live taps"))
    }

    @Test("after a wrong PIN even the right one must wait, longer each time")
    func waiting() {
        let bench = ConsoleBench(pin: pin)
        bench.press("0000\n")
        #expect(bench.page.contains("wrong PIN"))
        bench.press("4711\n")
        #expect(bench.model.isLocked && bench.page.contains("wait"))
        bench.now = bench.now + PINGate.firstPause
        bench.press("0001\n")
        #expect(bench.page.contains("wrong PIN"))
        bench.now = bench.now + PINGate.firstPause
        bench.press("4711\n")
        #expect(bench.model.isLocked)
        bench.now = bench.now + PINGate.firstPause
        bench.press("4711\n")
        #expect(!bench.model.isLocked)
    }

    @Test("the pause ends at a minute, and noise in the file's place opens nothing")
    func bounds() {
        var gate = PINGate(pin)
        var now = Instant(nanoseconds: 0)
        for _ in 0..<40 {
            let isOpen = gate.tries("x", at: now)
            #expect(!isOpen)
            now = now + (gate.wait(at: now) ?? .zero)
        }
        let isOpen = gate.tries("x", at: now)
        #expect(!isOpen)
        #expect(gate.wait(at: now) == PINGate.longestPause)
    }

    @Test("the file holds a hash that is read back; anything else is refused")
    func file() {
        let stored = StoredPIN(file: pin.text)
        #expect(stored == pin)
        #expect(stored?.matches("4711") == true && stored?.matches("4712") == false && stored?.matches("") == false)
        #expect(!pin.text.contains("4711"))
        for text in [
            "", "4711", "pbkdf2-sha256 0 00 00", pin.text.replacing("sha256", with: "md5"), pin.text + " x",
            String(pin.text.dropLast(2)),
        ] {
            #expect(StoredPIN(file: text) == nil, "\(text)")
        }
    }

    /// RFC 7914, section 11.
    @Test("the hash is PBKDF2 with HMAC-SHA-256")
    func vector() {
        let stored = StoredPIN(
            file: "pbkdf2-sha256 80000 4e61436c \(String(repeating: "00", count: 32))")
        #expect(stored == nil, "a salt of four bytes is too short")
        let text = StoredPIN("Password", salt: Array("NaCl".utf8), iterations: 80000).text
        #expect(text.hasSuffix(" 4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56\n"))
    }
}
