/// What is wrong with a line.
struct ScenarioMistake: Error {
    let text: String
    init(_ text: String) { self.text = text }
}
