/// Writes Prometheus' text format.
struct ExpositionText {
    private(set) var text = ""

    mutating func begin(_ description: MetricDescription) {
        let help = description.help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        text += "# HELP \(description.name) \(help)\n# TYPE \(description.name) \(description.kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: [String], _ values: [String], _ value: Double) {
        text += name
        if !labels.isEmpty {
            text += "{" + zip(labels, values).map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",") + "}"
        }
        text += " \(Self.number(value))\n"
    }

    /// Whole numbers without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
