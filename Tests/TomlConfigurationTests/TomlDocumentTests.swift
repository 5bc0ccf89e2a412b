import Testing

@testable import TomlConfiguration

@Suite("TOML documents")
struct TomlDocumentTests {
    @Test(
        "a syntax error is told with its line",
        arguments: [
            ("a = 1\nb = \n", 2), ("a = 1\na = 2\n", 2), ("[a\n", 1), ("x = \"open\ny = 1\n", 1), ("a = 1\nb = \"\u{0}\"\n", 2),
            ("a = 1\n[=", 2), ("[[[a]]]\n", 1), ("[`]\n", 1),
        ])
    func syntaxErrors(text: String, line: Int) {
        do throws(ConfigurationMistake) {
            _ = try TomlDocument(Array(text.utf8)).root()
            Issue.record("accepted \(text)")
        } catch {
            #expect(error.line == line)
            #expect(error.key.isEmpty)
            #expect(error.description.hasPrefix("\(line): not TOML: "))
        }
    }

    @Test("bytes that are not UTF-8, and nesting without end, are errors and not crashes")
    func hostileBytes() {
        let texts: [[UInt8]] = [
            [0xFF, 0xFE, 0x00], Array("a = \"".utf8) + [0xC3, 0x28] + Array("\"".utf8),
            Array("a = ".utf8) + [UInt8](repeating: UInt8(ascii: "["), count: 100_000),
            Array("a = ".utf8) + Array(String(repeating: "{b=", count: 100_000).utf8),
            Array(String(repeating: "a.", count: 32_000).utf8) + Array("b = 1".utf8),
            Array(String(repeating: "a.", count: 1_000_000).utf8) + Array("b = 1".utf8),
            Array("x = 1\n".utf8) + Array(String(repeating: "a.a.a.a.a.a.a.a = [\n{", count: 1000).utf8),
        ]
        for text in texts {
            #expect(throws: ConfigurationMistake.self) { _ = try TomlDocument(text).root() }
        }
    }

    @Test("the deepest nesting that is allowed is read")
    func deep() throws {
        let dots = String(repeating: "a.", count: 64)
        var text = "[" + dots + "b]\n" + dots + "b = "
        for _ in 0..<3 { text += "[\n{" + dots + "b = " }
        text += "1" + String(repeating: "}]", count: 3)
        _ = try TomlDocument(Array(text.utf8)).root()
    }

    @Test("an empty document is an empty table")
    func empty() throws {
        #expect(try TomlDocument([]).root().content == .table([]))
    }

    @Test("every value knows its line and column, a member those of its key")
    func positions() throws {
        let root = try TomlDocument(Array("# comment\n[a]\n  b = [\n 1,\n 2]\nc = { d = true }\n".utf8)).root()
        guard case .table(let members) = root.content, case .table(let inner) = members[0].value.content else {
            Issue.record("not tables")
            return
        }
        #expect(members[0].value.line == 2)
        #expect(inner.map(\.key) == ["b", "c"])
        #expect((inner[0].value.line, inner[0].value.column) == (3, 3))
        guard case .array(let elements) = inner[0].value.content else {
            Issue.record("not an array")
            return
        }
        #expect(elements.map(\.line) == [4, 5])
        #expect(elements.map(\.content) == [.integer(1), .integer(2)])
    }
}
