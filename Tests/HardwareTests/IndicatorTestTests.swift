import Testing

@testable import Hardware

extension IndicatorsTests {
    @Test("a test shows both lights, which is no answer, and they go out by themselves")
    func testOfLights() async throws {
        let indicators = make(buzzer: folder + "/buzzer", signal: .milliseconds(30))
        #expect(indicators.test() == IndicatorTest(green: true, red: true, buzzer: true))
        for name in ["green", "red", "buzzer"] { try await becomes(name, "0") }
        #expect(indicators.test() != nil)
    }

    @Test("a tap's answer ends the test of the lights", arguments: [true, false])
    func answerDuringTest(green: Bool) throws {
        let indicators = make()
        #expect(indicators.test()?.buzzer == .some(nil))
        indicators.show(green ? .accepted : .refused)
        #expect(try [brightness("green"), brightness("red")] == (green ? ["1", "0"] : ["0", "1"]))
    }

    @Test("while an answer is shown there is no test, and nothing changes")
    func testDuringAnswer() throws {
        let indicators = make()
        indicators.show(.refused)
        #expect(indicators.test() == nil)
        #expect(try [brightness("green"), brightness("red")] == ["0", "1"])
    }

    @Test("a light whose file refuses is told")
    func brokenLight() {
        let indicators = Indicators(greenFolder: folder + "/none", redFolder: folder + "/red", signal: .seconds(60)) { _ in }
        #expect(indicators.test() == IndicatorTest(green: false, red: true, buzzer: nil))
    }
}
