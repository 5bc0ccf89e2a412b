/// Everything that is wrong with a scenario.
struct ScenarioMistakes: Error, CustomStringConvertible {
    var all: [(line: Int, text: String)] = []
    var description: String { all.map { "line \($0.line): \($0.text)" }.joined(separator: "\n") }
}
