import Base
import Testing

@testable import Hardware

@Suite("Buzzer patterns")
struct SignalPatternTests {
    @Test("the patterns are those of docs/voices.md, in milliseconds on, off, on")
    func documented() {
        let patterns = IndicatorSignal.allCases.map { $0.tones.durations.map(\.wholeMilliseconds) }
        #expect(patterns == [[100], [100, 100, 100], [600], [200, 100, 200, 100, 200]])
    }

    @Test("no two answers sound alike, and none takes longer than the light usually shines")
    func distinct() {
        #expect(Set(IndicatorSignal.allCases.map(\.tones)).count == IndicatorSignal.allCases.count)
        #expect(IndicatorSignal.allCases.allSatisfy { $0.tones.length <= .milliseconds(800) })
    }
}
