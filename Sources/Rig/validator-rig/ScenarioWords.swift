import Base

/// The words of one line, taken one after the other.
struct ScenarioWords {
    private var words: ArraySlice<String>

    /// Words stand apart by blanks; one in double quotes may hold blanks, `\"`, `\\`, `\n`, `\r` and `\t`. `#` begins a comment.
    init(line: Substring, variables: [String: String]) throws(ScenarioMistake) {
        var found: [String] = []
        var rest = line[...]
        while true {
            rest = rest.drop { $0.isWhitespace }
            guard let first = rest.first, first != "#" else { break }
            found.append(try first == "\"" ? Self.quoted(&rest, variables) : Self.plain(&rest, variables))
        }
        words = found[...]
    }

    var isAtEnd: Bool { words.isEmpty }
    var rest: String { words.joined(separator: " ") }

    mutating func next(_ what: String) throws(ScenarioMistake) -> String {
        guard let word = words.popFirst() else { throw ScenarioMistake("\(what) is missing") }
        return word
    }

    /// Takes the next word if it is this one.
    mutating func take(_ word: String) -> Bool {
        guard words.first == word else { return false }
        words.removeFirst()
        return true
    }

    /// All that is left; at least one word.
    mutating func command() throws(ScenarioMistake) -> [String] {
        guard !isAtEnd else { throw ScenarioMistake("a command is missing") }
        return takeAll()
    }

    mutating func takeAll() -> [String] {
        defer { words = [] }
        return Array(words)
    }

    mutating func name(of kind: String, in known: some Sequence<String>) throws(ScenarioMistake) -> String {
        let name = try next("a \(kind)'s name")
        guard known.contains(name) else {
            throw ScenarioMistake("there is no \(kind) \"\(name)\"; declare it first: \(kind) \(name)")
        }
        return name
    }

    /// `250ms`, `2s`, `0.5s`, up to a day.
    mutating func duration() throws(ScenarioMistake) -> Duration {
        let word = try next("a time")
        let unit = word.hasSuffix("ms") ? "ms" : "s"
        guard word.hasSuffix(unit), let value = Double(word.dropLast(unit.count)), value >= 0, value <= 86_400_000 else {
            throw ScenarioMistake("\"\(word)\" is no time: write 250ms or 2s")
        }
        return .microseconds(Int64(value * (unit == "ms" ? 1000 : 1_000_000)))
    }

    /// Hexadecimal digits, two a byte.
    mutating func bytes() throws(ScenarioMistake) -> [UInt8] {
        let word = try next("hexadecimal bytes")
        let digits = word.utf8.compactMap(hexadecimalValue)
        guard digits.count == word.utf8.count, digits.count % 2 == 0, !digits.isEmpty else {
            throw ScenarioMistake("\"\(word)\" are no bytes: write two hexadecimal digits each")
        }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ what: String
    ) throws(ScenarioMistake) -> Choice {
        let word = try next("a \(what)")
        guard let choice = Choice(rawValue: word) else {
            let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ScenarioMistake("\"\(word)\" is no \(what): one of \(all)")
        }
        return choice
    }

    /// `green within 500ms as "good card"`; the last two may be absent.
    mutating func expectation() throws(ScenarioMistake) -> Expectation {
        let light: Expectation.Light = try choice("light")
        let within = try take("within") ? duration() : .seconds(5)
        return Expectation(light: light, within: within, label: try take("as") ? next("a label") : "")
    }

    private static func plain(
        _ rest: inout Substring, _ variables: [String: String]
    ) throws(ScenarioMistake) -> String {
        let word = rest.prefix { !$0.isWhitespace }
        rest = rest[word.endIndex...]
        return try expanded(word, variables)
    }

    private static func quoted(
        _ rest: inout Substring, _ variables: [String: String]
    ) throws(ScenarioMistake) -> String {
        var word = ""
        rest.removeFirst()
        while let character = rest.popFirst() {
            switch character {
            case "\"": return try expanded(word[...], variables)
            case "\\":
                switch rest.popFirst() {
                case "n": word.append("\n")
                case "r": word.append("\r")
                case "t": word.append("\t")
                case .some(let other): word.append(other)
                case nil: break
                }
            default: word.append(character)
            }
        }
        throw ScenarioMistake("a quotation mark is missing at the end")
    }

    private static func expanded(
        _ word: Substring, _ variables: [String: String]
    ) throws(ScenarioMistake) -> String {
        var text = ""
        var rest = word
        while let start = rest.firstRange(of: "${") {
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw ScenarioMistake("a } is missing after ${")
            }
            let name = String(rest[start.upperBound..<end])
            guard let value = variables[name] else { throw ScenarioMistake("${\(name)} is not set in the environment") }
            text += rest[..<start.lowerBound] + value
            rest = rest[rest.index(after: end)...]
        }
        return text + rest
    }
}
