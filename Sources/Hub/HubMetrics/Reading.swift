/// A value that somebody else keeps.
struct Reading: MetricFamily {
    let description: MetricDescription
    private let values: [String]
    private let read: @Sendable () -> Double?

    init(_ description: MetricDescription, values: [String], _ read: @escaping @Sendable () -> Double?) {
        self.description = description
        self.values = values
        self.read = read
    }

    func write(to text: inout ExpositionText) {
        guard let value = read() else { return }
        text.begin(description)
        text.sample(description.name, description.labels, values, value)
    }
}
