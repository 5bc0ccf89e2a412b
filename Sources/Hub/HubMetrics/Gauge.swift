import Synchronization

/// Values that are counted anew whenever somebody asks.
public final class Gauge: MetricFamily {
    let description: MetricDescription
    private let values = Mutex<[[String]: Double]>([:])

    init(_ description: MetricDescription) {
        self.description = description
    }

    /// In place of all that was set before.
    /// - Parameter counted: by the values of the labels, in the order of their names; few, and none of a stranger's choice.
    public func set(_ counted: [[String]: Double]) {
        precondition(counted.keys.allSatisfy { $0.count == description.labels.count }, "labels that the metric does not have")
        values.withLock { $0 = counted }
    }

    func write(to text: inout ExpositionText) {
        text.begin(description)
        for (labels, value) in values.withLock({ $0 }).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            text.sample(description.name, description.labels, labels, value)
        }
    }
}
