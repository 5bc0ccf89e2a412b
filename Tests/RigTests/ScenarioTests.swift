import ReaderDrivers
import ScannerDecoders
import Testing

@testable import validator_rig

@Suite("Scenarios")
struct ScenarioTests {
    private func steps(_ text: String, _ variables: [String: String] = [:]) throws -> [Step] {
        try Scenario(text: text, variables: variables).lines.map(\.step)
    }

    @Test("a tap names reader, card and light; time and label have defaults")
    func tap() throws {
        #expect(
            try steps("reader r\ntap r 04A2b3c4 green within 500ms as \"good card\"\ntap r 04000001 none") == [
                .tap(
                    reader: "r", uid: [0x04, 0xA2, 0xB3, 0xC4],
                    Expectation(light: .green, within: .milliseconds(500), label: "good card")),
                .tap(reader: "r", uid: [0x04, 0, 0, 1], Expectation(light: .none, within: .seconds(5), label: "")),
            ])
    }

    @Test("blank lines and comments say nothing, and line numbers count them")
    func comments() throws {
        let scenario = try Scenario(text: "# first\n\n  wait 1s # rest\n", variables: [:])
        #expect(scenario.lines == [Scenario.Line(number: 3, step: .wait(.seconds(1)))])
    }

    @Test("times are seconds or milliseconds", arguments: [("2s", 2000), ("0.25s", 250), ("40ms", 40), ("0s", 0)])
    func durations(text: String, milliseconds: Int) throws {
        #expect(try steps("at \(text)") == [.at(.milliseconds(milliseconds))])
    }

    @Test("quoted words hold blanks and escapes")
    func quotes() throws {
        #expect(
            try steps(#"start d sh -c "a \"b\"\\\n" c"#) == [.start("d", command: ["sh", "-c", "a \"b\"\\\n", "c"], keep: false)])
    }

    @Test("variables are replaced, in quotes too, and their blanks do not divide a word")
    func variables() throws {
        #expect(try steps(#"run ${A}x "${A} y""#, ["A": "1 2"]) == [.run(command: ["1 2x", "1 2 y"], show: false)])
    }

    @Test("readers and scanners of other kinds are declared by the configuration's words")
    func kinds() throws {
        let text = """
            reader a
            reader b ascii-line
            reader c twn4
            scanner s
            scanner h hidraw # HID-POS
            scanner l serial
            tap b 1F00644BB6 green
            scan h V123 red
            scan-hex h 00FF0D red
            type l "half a code"
            """
        let scenario = try Scenario(text: text, variables: [:])
        #expect(scenario.readers == ["a": .pn532, "b": .asciiLine, "c": .twn4])
        #expect(scenario.scanners == ["s": .evdev, "h": .hidraw, "l": .serial])
        let red = Expectation(light: .red, within: .seconds(5), label: "")
        #expect(
            scenario.lines.map(\.step).dropFirst() == [
                .scan(scanner: "h", code: Array("V123".utf8), subject: "V123", red),
                .scan(scanner: "h", code: [0x00, 0xFF, 0x0D], subject: "00ff0d", red),
                .type(scanner: "l", text: "half a code"),
            ])
    }

    @Test("what a reader or a scanner cannot send is a mistake")
    func impossible() {
        let text = """
            reader p
            reader a ascii-line
            tap p 1F00644BB6 green
            tap a 1F0064 green
            scanner s
            scan-hex s 00 green
            scanner h hidraw
            type h abc
            reader q barcode
            scanner r pn532
            """
        let mistakes = #expect(throws: ScenarioMistakes.self) { try Scenario(text: text, variables: [:]) }
        #expect(mistakes?.all.map(\.line) == [3, 4, 6, 8, 9, 10])
        #expect(mistakes?.all.first?.text == "a pn532 reader knows UIDs of 4, 7, 10 bytes, not of 5")
    }

    @Test("every mistake is told with its line")
    func mistakes() {
        let text = """
            reader r
            reader r
            tap s 04A2B3C4 green
            tap r 04 green
            tap r 04A2B3C green
            tap r 04A2B3C4 blue
            wait soon
            fly
            run ${NO_SUCH}
            log "open
            wait 1s 2s
            scanner ../x
            """
        let mistakes = #expect(throws: ScenarioMistakes.self) { try Scenario(text: text, variables: [:]) }
        #expect(mistakes?.all.map(\.line) == Array(2...12))
        #expect(mistakes?.description.contains("line 6: \"blue\" is no light: one of green, red, any, none") == true)
    }
}
