/// Only grows, until the program starts anew.
public final class Counter: MetricFamily {
    let description: MetricDescription
    private let series: MetricSeries<Double>

    init(_ description: MetricDescription) {
        self.description = description
        series = MetricSeries(labelCount: description.labels.count, initial: 0)
    }

    /// - Parameter labels: values for the names that it was registered with, in their order.
    public func add(_ amount: Int = 1, _ labels: String...) {
        precondition(amount >= 0, "a counter never falls")
        series.update(labels) { $0 += Double(amount) }
    }

    func write(to text: inout ExpositionText) {
        text.begin(description)
        for (labels, value) in series.all { text.sample(description.name, description.labels, labels, value) }
    }
}
