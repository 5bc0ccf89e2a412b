import Synchronization

/// Values that are set now and then; left out until they are.
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

    /// Of a gauge without labels.
    public func set(_ value: Double) { set([[]: value]) }

    func write(to text: inout ExpositionText) {
        let values = values.withLock { $0 }
        guard !values.isEmpty else { return }
        text.begin(description)
        for (labels, value) in values.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            text.sample(description.name, description.labels, labels, value)
        }
    }
}
