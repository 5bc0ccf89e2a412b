/// Steps as a busy machine plays them: a light that must come has a minute, unless the step says how long.
func patient(_ steps: String) -> String {
    steps.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        let words = line.split(separator: " ")
        let isLight = ["tap", "scan", "expect"].contains(words.first) && ["green", "red", "any"].contains(words.last)
        return isLight ? "\(line) within 60s" : String(line)
    }.joined(separator: "\n")
}
