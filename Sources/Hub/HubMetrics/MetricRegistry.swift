import Synchronization

/// What a program counts and measures, in Prometheus' text format (version 0.0.4). Each name is registered once, at the start; how many
/// series a name may have is bounded, and no label may hold what strangers choose.
public final class MetricRegistry: Sendable {
    private let families = Mutex<[any MetricFamily]>([])

    public init() {}

    public func counter(_ name: String, _ help: String, labels: [String] = []) -> Counter {
        add(Counter(MetricDescription(name, help, .counter, labels)))
    }

    /// - Parameter bounds: the buckets' upper ends in ascending order; that without an end is added.
    public func histogram(_ name: String, _ help: String, labels: [String] = [], bounds: [Double]) -> Histogram {
        add(Histogram(MetricDescription(name, help, .histogram, labels), bounds: bounds))
    }

    public func gauge(_ name: String, _ help: String) -> Gauge { add(Gauge(MetricDescription(name, help, .gauge, []))) }

    /// A value that is read when somebody asks; nil leaves it out.
    /// - Parameter labels: names with their one value each.
    public func reading(
        _ name: String, _ help: String, _ kind: MetricKind = .gauge, labels: [(name: String, value: String)] = [],
        _ read: @escaping @Sendable () -> Double?
    ) {
        let description = MetricDescription(name, help, kind, labels.map(\.name))
        add(Reading(description, values: labels.map(\.value), read))
    }

    /// All that was registered, in the order of the names.
    public var text: String {
        var text = ExpositionText()
        for family in families.withLock({ $0 }) { family.write(to: &text) }
        return text.text
    }

    @discardableResult
    private func add<Family: MetricFamily>(_ family: Family) -> Family {
        families.withLock { families in
            precondition(!families.contains { $0.description.name == family.description.name }, "a metric registered twice")
            families.append(family)
            families.sort { $0.description.name < $1.description.name }
        }
        return family
    }
}

/// What Prometheus is told that a metric is.
public enum MetricKind: String, Sendable {
    case counter, gauge, histogram
}

/// All series of one name.
protocol MetricFamily: Sendable {
    var description: MetricDescription { get }
    func write(to text: inout ExpositionText)
}

struct MetricDescription: Sendable {
    var name: String
    var help: String
    var kind: MetricKind
    var labels: [String]

    init(_ name: String, _ help: String, _ kind: MetricKind, _ labels: [String]) {
        (self.name, self.help, self.kind, self.labels) = (name, help, kind, labels)
    }
}
