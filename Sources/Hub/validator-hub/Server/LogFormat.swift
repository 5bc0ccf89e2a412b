/// How the log is written (`[log] format`).
enum LogFormat: String, CaseIterable, Sendable {
    case text, json
}
