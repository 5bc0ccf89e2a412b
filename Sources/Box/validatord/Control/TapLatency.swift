import Base
import ControlProtocol

/// How long taps took since the start, at each stage.
nonisolated struct TapLatency: Sendable {
    /// From the tap to the decision, to the durable record, and to the light.
    var decide = LatencyHistogram()
    var durable = LatencyHistogram()
    var answer = LatencyHistogram()

    /// As the status tells it.
    var report: StatusReport.Latency {
        var report = StatusReport.Latency()
        report.decide = decide.percentiles
        report.durable = durable.percentiles
        report.answer = answer.percentiles
        return report
    }
}

nonisolated extension LatencyHistogram {
    fileprivate var percentiles: StatusReport.Percentiles {
        var percentiles = StatusReport.Percentiles()
        percentiles.median = microseconds(quantile: 0.5).map { .microseconds($0) }
        percentiles.percentile99 = microseconds(quantile: 0.99).map { .microseconds($0) }
        percentiles.maximum = count > 0 ? .microseconds(maximumMicroseconds) : nil
        percentiles.count = count
        return percentiles
    }
}
