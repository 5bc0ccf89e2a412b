/// How many values lay below each bound, and their sum.
public final class Histogram: MetricFamily {
    /// From half a millisecond to ten seconds, for the duration of requests.
    public static let requestSeconds: [Double] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

    private struct Counts: Sendable {
        /// By bucket, those of smaller ones left out; the last is without an end.
        var buckets: [Int]
        var sum = 0.0
    }

    let description: MetricDescription
    private let bounds: [Double]
    private let series: MetricSeries<Counts>

    init(_ description: MetricDescription, bounds: [Double]) {
        precondition(!bounds.isEmpty && zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds out of order")
        self.description = description
        self.bounds = bounds
        series = MetricSeries(
            labelCount: description.labels.count, initial: Counts(buckets: Array(repeating: 0, count: bounds.count + 1)))
    }

    public func observe(_ value: Double, _ labels: String...) { take(value, labels) }

    /// In seconds.
    public func observe(_ duration: Duration, _ labels: String...) { take(duration / .seconds(1), labels) }

    private func take(_ value: Double, _ labels: [String]) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        series.update(labels) { counts in
            counts.buckets[bucket] += 1
            counts.sum += value
        }
    }

    func write(to text: inout ExpositionText) {
        text.begin(description)
        let (name, labels) = (description.name, description.labels)
        for (values, counts) in series.all {
            var total = 0
            for (index, count) in counts.buckets.enumerated() {
                total += count
                let bound = index < bounds.count ? ExpositionText.number(bounds[index]) : "+Inf"
                text.sample("\(name)_bucket", labels + ["le"], values + [bound], Double(total))
            }
            text.sample("\(name)_sum", labels, values, counts.sum)
            text.sample("\(name)_count", labels, values, Double(total))
        }
    }
}
