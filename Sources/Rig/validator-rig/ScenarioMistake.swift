import Base
import Hardware
import ReaderEmulators

/// What is wrong with a line.
nonisolated struct ScenarioMistake: Error {
    let text: String
    init(_ text: String) { self.text = text }
}
