import Testing
import TomlConfiguration

@Suite("setting a key in a configuration that a person wrote")
struct ConfigurationTextTests {
    private func setting(_ key: String, to value: String, in text: String) throws(ConfigurationMistake) -> String {
        var text = ConfigurationText(text)
        try text.set(key, to: value)
        return text.text
    }

    @Test(
        "changes that one line, wherever the key stands",
        arguments: [
            ("[a]\nb = \"1\" # why\nc = 2\n", "[a]\nb = \"x\"\nc = 2\n"),
            ("# a\n[ a ]  # this\nc = 2\n[d]\nb = \"3\"\n", "# a\n[ a ]  # this\nb = \"x\"\nc = 2\n[d]\nb = \"3\"\n"),
            ("a.b = \"1\"\na.c = 2\n", "a.b = \"x\"\na.c = 2\n"),
            ("a.c = 2\n", "a.b = \"x\"\na.c = 2\n"),
            ("[d]\nb = 1\n", "[d]\nb = 1\n[a]\nb = \"x\"\n"),
            ("[d]\nb = 1", "[d]\nb = 1\n[a]\nb = \"x\"\n"),
            ("[a.e]\nb = 1\n", "[a.e]\nb = 1\n[a]\nb = \"x\"\n"),
            ("[a]\ns = '''\n[a]\nb = 1\n'''\n", "[a]\nb = \"x\"\ns = '''\n[a]\nb = 1\n'''\n"),
            ("", "[a]\nb = \"x\"\n"),
        ])
    func set(before: String, after: String) throws {
        #expect(try setting("a.b", to: "x", in: before) == after)
    }

    @Test("keys of sections within sections")
    func nested() throws {
        #expect(try setting("a.b.c", to: "x", in: "[a]\nb.d = 1\n").contains("c = \"x\""))
        #expect(try setting("a.b.c", to: "x", in: "[a]\n[a.b]\nd = 1\n") == "[a]\n[a.b]\nc = \"x\"\nd = 1\n")
    }

    @Test("a value comes back as it was, whatever it holds")
    func quoting() throws {
        let text = try setting("a.b", to: #"C:\x "y" # 文"#, in: "[a]\n")
        #expect(
            try TomlDocument(Array(text.utf8)).root().member(named: "a")?.member(named: "b")?.content == .string(#"C:\x "y" # 文"#)
        )
        #expect(throws: ConfigurationMistake.self) { try setting("a.b", to: "x\ny", in: "[a]\n") }
    }

    @Test(
        "where only a person can change it, nothing is changed",
        arguments: ["a = { b = \"1\" }\n", "a = 1\n", "[[a]]\nb = 1\n", "[a"])
    func notHere(text: String) {
        #expect(throws: ConfigurationMistake.self) { try setting("a.b", to: "x", in: text) }
    }
}
