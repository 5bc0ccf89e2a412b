import Synchronization

/// One value for each combination of a metric's labels.
final class MetricSeries<Value: Sendable>: Sendable {
    /// Combinations; what comes beyond is counted together, under labels `other`.
    static var limit: Int { 500 }

    private let labelCount: Int
    private let initial: Value
    private let values: Mutex<[[String]: Value]>

    /// A metric without labels has its one series from the start, so that a rate can be told from the first event on.
    init(labelCount: Int, initial: Value) {
        self.labelCount = labelCount
        self.initial = initial
        values = Mutex(labelCount == 0 ? [[]: initial] : [:])
    }

    func update(_ labels: [String], _ change: (inout Value) -> Void) {
        precondition(labels.count == labelCount, "labels that the metric does not have")
        values.withLock { values in
            let isKnown = values.count < Self.limit || values[labels] != nil
            change(&values[isKnown ? labels : Array(repeating: "other", count: labelCount), default: initial])
        }
    }

    /// In the order of their labels.
    var all: [(labels: [String], value: Value)] {
        values.withLock { $0 }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
    }
}
