import Synchronization

/// A value that is set now and then; left out until it is.
public final class Gauge: MetricFamily {
    let description: MetricDescription
    private let value = Mutex<Double?>(nil)

    init(_ description: MetricDescription) { self.description = description }

    public func set(_ value: Double) { self.value.withLock { $0 = value } }

    func write(to text: inout ExpositionText) {
        guard let value = value.withLock({ $0 }) else { return }
        text.begin(description)
        text.sample(description.name, [], [], value)
    }
}
