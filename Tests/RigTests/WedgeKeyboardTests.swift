import Base
import ReaderEmulators
import Testing

@Suite("The scanner's keyboard")
struct WedgeKeyboardTests {
    /// The type, code and value of each record, and its time in microseconds.
    private func events(_ text: String) throws -> [(type: Int, code: Int, value: Int, time: Int)] {
        try WedgeKeyboard.keystrokes(text, at: WallTime(milliseconds: 1_700_000_000_123)).flatMap { stroke in
            stride(from: 0, to: stroke.count, by: 24).map { start in
                let record = Array(stroke[start..<start + 24])
                func number(_ range: Range<Int>) -> Int { record[range].reversed().reduce(0) { $0 << 8 | Int($1) } }
                return (number(16..<18), number(18..<20), number(20..<24), number(0..<8) * 1_000_000 + number(8..<16))
            }
        }
    }

    @Test("a small letter is one key down and up, each with its report")
    func smallLetter() throws {
        let events = try events("a")
        #expect(events.map(\.type) == [1, 0, 1, 0])
        #expect(events.map(\.code) == [30, 0, 30, 0])
        #expect(events.map(\.value) == [1, 0, 0, 0])
        #expect(events.allSatisfy { $0.time == 1_700_000_000_123_000 })
    }

    @Test("a capital is held inside Shift")
    func capital() throws {
        let keys = try events("V").filter { $0.type == 1 }
        #expect(keys.map(\.code) == [42, 47, 47, 42])
        #expect(keys.map(\.value) == [1, 1, 0, 0])
    }

    @Test("a line feed is Enter")
    func enter() throws {
        #expect(try events("\n").map(\.code) == [28, 0, 28, 0])
    }

    @Test("every printable ASCII character has a key")
    func printable() throws {
        let text = String(decoding: (0x20...0x7E).map { UInt8($0) }, as: UTF8.self)
        #expect(try WedgeKeyboard.keystrokes(text, at: WallTime(seconds: 0)).count == 95)
    }

    @Test("what no key types is refused")
    func untypable() {
        #expect(throws: WedgeKeyboard.CannotType.self) { try WedgeKeyboard.keystrokes("é", at: WallTime(seconds: 0)) }
    }

    @Test("a stroke fits into a pipe's atomic write")
    func atomic() throws {
        #expect(try WedgeKeyboard.keystrokes("~", at: WallTime(seconds: 0))[0].count <= 4096)
    }
}
