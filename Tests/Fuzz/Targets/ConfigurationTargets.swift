import BoxConfiguration
import TomlConfiguration

@testable import validatord

extension FuzzTarget {
    /// TOML: lines are lines of the document, keys are there once, and a comment at the end changes nothing.
    static let toml = FuzzTarget(name: "toml") { input in
        let lines = 1 + input.count { $0 == UInt8(ascii: "\n") }
        switch read(input) {
        case .failure(let mistake):
            try require((0...lines).contains(mistake.line), "a mistake on line \(mistake.line) of \(lines)")
        case .success(let root):
            try check(root, lines: lines)
            let longer = try read(input + Array("\n# the end\n".utf8)).get()
            try require("\(longer)" == "\(root)", "\(root) becomes \(longer) by a comment at the end")
        }
    }

    /// The daemon's configuration: every mistake has a place in the file and a short text, and reading is repeatable.
    static let configuration = FuzzTarget(name: "configuration") { input in
        let text = String(decoding: input, as: UTF8.self)
        let lines = 1 + text.utf8.count { $0 == UInt8(ascii: "\n") }
        do throws(ConfigurationError) {
            let configuration = try Configuration(text: text, path: "-")
            let again = try Configuration(text: text + "\n# the end\n", path: "-")
            guard again == configuration else { throw .mistakes(path: "-", []) }
        } catch {
            guard case .mistakes(_, let mistakes) = error else { return }
            try require(!mistakes.isEmpty, "a configuration is read in two ways, or refused without a reason")
            for mistake in mistakes {
                try require((0...lines).contains(mistake.line), "a mistake on line \(mistake.line) of \(lines)")
                try require(!mistake.text.isEmpty, "a mistake without a text")
            }
            try require(mistakes.map(\.line) == mistakes.map(\.line).sorted(), "mistakes that are not in order")
        }
    }

    private static func read(_ input: [UInt8]) -> Result<TomlValue, ConfigurationMistake> {
        do throws(ConfigurationMistake) {
            return .success(try TomlDocument(input).root())
        } catch {
            return .failure(error)
        }
    }

    private static func check(_ value: TomlValue, lines: Int) throws {
        try require((0...lines).contains(value.line), "a value on line \(value.line) of \(lines)")
        switch value.content {
        case .table(let members):
            try require(Set(members.map { Array($0.key.utf8) }).count == members.count, "a key that is there twice")
            for member in members { try check(member.value, lines: lines) }
        case .array(let elements):
            for element in elements { try check(element, lines: lines) }
        case .string, .integer, .number, .boolean, .time: break
        }
    }
}
