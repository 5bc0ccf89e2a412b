import Base
import Testing

@Suite("latency percentiles")
struct LatencyHistogramTests {
    @Test("nothing measured is nothing told")
    func empty() {
        #expect(LatencyHistogram().microseconds(quantile: 0.5) == nil)
    }

    @Test("short times are exact")
    func exact() {
        var histogram = LatencyHistogram()
        for microseconds in 1...60 { histogram.record(.microseconds(microseconds)) }
        #expect(histogram.microseconds(quantile: 0.5) == 30)
        #expect(histogram.microseconds(quantile: 0.99) == 60)
        #expect(histogram.maximumMicroseconds == 60)
    }

    @Test(
        "every time is told within 3.2 percent, never too short",
        arguments: [63, 64, 65, 127, 128, 1_000, 99_999, 1_234_567, 4_294_967_295])
    func precision(microseconds: Int) throws {
        var histogram = LatencyHistogram()
        histogram.record(.microseconds(microseconds))
        histogram.record(.seconds(100_000))
        let median = try #require(histogram.microseconds(quantile: 0.5))
        #expect(median >= microseconds)
        #expect(Double(median) <= Double(microseconds) * 1.032)
    }

    @Test("one slow tap in a hundred is the maximum and not the 99th percentile")
    func outlier() {
        var histogram = LatencyHistogram()
        for _ in 0..<99 { histogram.record(.microseconds(50)) }
        histogram.record(.seconds(1))
        #expect(histogram.microseconds(quantile: 0.99) == 50)
        #expect(histogram.microseconds(quantile: 1) == 1_000_000)
        #expect(histogram.maximumMicroseconds == 1_000_000)
    }

    @Test("times below nothing and above all bounds are counted at the bounds")
    func bounds() {
        var histogram = LatencyHistogram()
        histogram.record(.seconds(-1))
        histogram.record(.seconds(1 << 40))
        #expect(histogram.microseconds(quantile: 0) == 0)
        #expect(histogram.maximumMicroseconds == Int(UInt32.max))
    }
}
