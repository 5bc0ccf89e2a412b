import Testing

@testable import TomlConfiguration

/// Reads `text` and returns the mistakes as they are printed.
private func mistakes(_ text: String, _ read: (ConfigurationReader) -> Void) -> [String] {
    do {
        try ConfigurationReader.parse(Array(text.utf8), path: "test.toml", read)
        return []
    } catch {
        return error.description.split(separator: "\n").map(String.init)
    }
}

@Suite("reading a configuration")
struct ConfigurationReaderTests {
    private enum Colour: String, CaseIterable { case red, green }

    @Test("absent keys have their defaults")
    func defaults() throws {
        try ConfigurationReader.parse([], path: "test.toml") { root in
            let table = root.table("a")
            #expect(!table.isPresent)
            #expect(table.string("text", default: "x") == "x")
            #expect(table.integer("count", default: 3, in: 1...5) == 3)
            #expect(table.number("ratio", default: 0.5, in: 0...1) == 0.5)
            #expect(table.boolean("flag", default: true))
            #expect(table.choice("colour", default: Colour.green) == .green)
            #expect(table.milliseconds("wait_ms", default: 20, in: 0...100) == .milliseconds(20))
            #expect(table.integers("codes", default: [1]) == [1])
            #expect(root.tables("list") == nil)
        }
    }

    @Test("values of every type are read")
    func values() throws {
        let text = """
            [a]
            text = "käse\\u0000\\r"
            count = 5
            ratio = 1
            flag = false
            colour = "red"
            wait_s = 7
            codes = [3, -4]
            names = ["x", "y"]
            [a.inner]
            deep = 1
            [[list]]
            id = "first"
            [[list]]
            id = "second"
            """
        try ConfigurationReader.parse(Array(text.utf8), path: "test.toml") { root in
            let table = root.table("a")
            #expect(table.requiredString("text") == "käse\0\r")
            #expect(table.integer("count", default: 3, in: 1...5) == 5)
            #expect(table.number("ratio", default: 0.5, in: 0...1) == 1)
            #expect(!table.boolean("flag", default: true))
            #expect(table.choice("colour", default: Colour.green) == .red)
            #expect(table.seconds("wait_s", default: 20, in: 0...100) == .seconds(7))
            #expect(table.integers("codes", default: []) == [3, -4])
            #expect(table.strings("names", default: []) == ["x", "y"])
            #expect(table.table("inner").integer("deep", default: 0, in: 0...1) == 1)
            #expect(root.tables("list")?.map { $0.requiredString("id") } == ["first", "second"])
        }
    }

    @Test("all mistakes are told at once, each with its line")
    func allAtOnce() {
        let text = """
            [a]
            text = 1
            count = 6
            flag = "true"
            colour = "gren"
            codes = [1, "2"]
            cuont = 4

            [[list]]
            name = "x"
            [c]
            """
        let found = mistakes(text) { root in
            let table = root.table("a")
            _ = table.string("text", default: "")
            _ = table.integer("count", default: 3, in: 1...5)
            _ = table.boolean("flag", default: true)
            _ = table.choice("colour", default: Colour.green)
            _ = table.integers("codes", default: [])
            _ = table.requiredString("id")
            _ = root.tables("list")?.map { $0.requiredString("id") }
            _ = root.table("elsewhere").requiredString("id")
        }
        #expect(
            found == [
                "test.toml:1: a.id: is missing",
                "test.toml:1: elsewhere.id: is missing",
                "test.toml:2: a.text: must be a string in quotes, not a whole number",
                "test.toml:3: a.count: 6 is out of range; 1 to 5",
                "test.toml:4: a.flag: must be true or false, not a string",
                "test.toml:5: a.colour: \"gren\" is unknown; did you mean green?; one of \"red\", \"green\"",
                "test.toml:6: a.codes: must hold a whole number in each place, not a string",
                "test.toml:7: a.cuont: is unknown; did you mean count?",
                "test.toml:9: list[0].id: is missing",
                "test.toml:10: list[0].name: is unknown",
                "test.toml:11: c: is unknown; did you mean a?",
            ])
    }

    @Test("tables where values belong, and the other way round")
    func wrongShapes() {
        let found = mistakes("a = 1\nb = [1]\nd = 2024-01-01\n[c]\n") { root in
            _ = root.table("a").string("x", default: "")
            _ = root.tables("b")
            _ = root.tables("c")
            _ = root.integer("d", default: 0, in: 0...1)
        }
        #expect(
            found == [
                "test.toml:1: a: must be a table, as in [a], not a whole number",
                "test.toml:2: b: must hold tables only, not a whole number",
                "test.toml:3: d: must be a whole number, not a date or time",
                "test.toml:4: c: must be a list of tables, as in [[c]], not a table",
            ])
    }

    @Test("an empty value of a required key is one mistake")
    func requiredAndEmpty() {
        #expect(mistakes("id = \"\"") { _ = $0.requiredString("id") } == ["test.toml:1: id: must not be empty"])
        #expect(mistakes("id = 1") { _ = $0.requiredString("id") }.count == 1)
    }

    @Test("the names of all keys that are read are known")
    func knownKeys() throws {
        try ConfigurationReader.parse([], path: "test.toml") { root in
            _ = root.table("a").table("b").string("c", default: "")
            #expect(root.knownKeys == ["a", "a.b", "a.b.c"])
        }
    }

    @Test(
        "a file that is not there, or may not be read, says so", arguments: [("/nonexistent/x.toml", "No such file or directory")]
    )
    func unreadable(path: String, reason: String) {
        #expect {
            try ConfigurationReader.load(path: path) { _ in }
        } throws: { error in
            guard let error = error as? ConfigurationError else { return false }
            return error.description == "cannot read \(path): \(reason)" && error.exitCode == 66
        }
        #expect(
            throws: ConfigurationError.unreadable(
                FileReadError(path: "/dev/zero", reason: "larger than 1048576 bytes", isPermission: false))
        ) {
            try ConfigurationReader.load(path: "/dev/zero") { _ in }
        }
    }
}
