import Base
import Glibc
import OperatingSystem
import TestSupport
import Testing

import class Foundation.FileManager

@testable import Hardware

@Suite("Lights and buzzer", .timeLimit(.minutes(5)))
final class IndicatorsTests {
    private let home = TemporaryFolder()
    var folder: String { home.path }
    var notices: [Notice] = []

    init() throws {
        for name in ["green", "red", "buzzer"] { try makeLight(name, "1") }
    }

    /// A plain folder in the place of `/sys/class/leds/…`, lit or not.
    func makeLight(_ name: String, _ brightness: String) throws {
        try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
        let file = try FileDescriptor.open(folder + "/\(name)/brightness", O_WRONLY | O_CREAT)
        let written = file.write(Array(brightness.utf8).span)
        #expect(written == .written(1))
    }

    func make(buzzer: String = "", signal: Duration = .seconds(60), minimum: Duration = .zero) -> Indicators {
        Indicators(
            greenFolder: folder + "/green", redFolder: folder + "/red", buzzerFolder: buzzer, signal: signal, minimum: minimum
        ) { [weak self] in self?.notices.append($0) }
    }

    func brightness(_ name: String) throws -> String {
        String(decoding: try SmallFile.read(folder + "/\(name)/brightness", limit: 16), as: UTF8.self)
    }

    /// Waits for the next write to a light.
    func becomes(_ name: String, _ value: String) async throws {
        try await wait { try self.brightness(name) == value }
    }

    @Test("everything is off at the start")
    func start() throws {
        let indicators = make(buzzer: folder + "/buzzer")
        #expect(try ["green", "red", "buzzer"].map(brightness) == ["0", "0", "0"])
        #expect(notices.isEmpty)
        _ = indicators
    }

    @Test("an answer is written when the call returns, and goes out by itself", arguments: [true, false])
    func answer(green: Bool) async throws {
        let indicators = make(signal: .milliseconds(30))
        let start = Clocks.now().instant
        #expect(indicators.show(green ? .accepted : .refused))
        #expect(try [brightness("green"), brightness("red")] == (green ? ["1", "0"] : ["0", "1"]))
        try await becomes(green ? "green" : "red", "0")
        #expect(Clocks.now().instant - start >= .milliseconds(30))
    }

    @Test("an answer of the other colour puts out the one before")
    func otherColour() throws {
        let indicators = make()
        indicators.show(.accepted)
        #expect(indicators.show(.refused))
        #expect(try [brightness("green"), brightness("red")] == ["0", "1"])
        #expect(indicators.show(.accepted))
        #expect(try [brightness("green"), brightness("red")] == ["1", "0"])
    }

    @Test("a new answer is shown for its whole time")
    func restartsTheTime() async throws {
        let indicators = make(signal: .milliseconds(80))
        indicators.show(.accepted)
        let first = Clocks.now().instant
        try await wait { Clocks.now().instant - first >= .milliseconds(50) }
        let second = Clocks.now().instant
        indicators.show(.accepted)
        try await becomes("green", "0")
        #expect(Clocks.now().instant - second >= .milliseconds(80))
    }

    @Test("answers that come together are shown one after the other, each for its least time, who may ride first")
    func crowd() async throws {
        let indicators = make(minimum: .milliseconds(30))
        let answers: [IndicatorSignal] = [.accepted, .refused, .refused, .accepted]
        var lit: [(answer: IndicatorSignal, at: Instant)] = []
        for answer in answers {
            indicators.answer(answer) { isLit in
                #expect(isLit)
                lit.append((answer, Clocks.now().instant))
            }
        }
        #expect(lit.count == 1, "the first does not wait")
        try await wait { lit.count == answers.count }
        #expect(lit.map(\.answer) == [.accepted, .accepted, .refused, .refused])
        for (earlier, later) in zip(lit, lit.dropFirst()) { #expect(later.at - earlier.at >= .milliseconds(29)) }
        #expect(try [brightness("green"), brightness("red")] == ["0", "1"])
    }

    @Test("more answers than can wait are shown all the same, and so are those that wait when everything is switched off")
    func flood() throws {
        let indicators = make(minimum: .seconds(60))
        var lit = 0
        for _ in 0..<(Indicators.waitingLimit + 10) { indicators.answer(.refused) { _ in lit += 1 } }
        #expect(lit == 10)
        indicators.switchOff()
        #expect(lit == Indicators.waitingLimit + 10)
        #expect(try [brightness("green"), brightness("red")] == ["0", "0"])
    }

    @Test("the buzzer sounds with the light, shorter for an accepted tap")
    func buzzer() async throws {
        let indicators = make(buzzer: folder + "/buzzer")
        indicators.show(.accepted)
        #expect(try brightness("buzzer") == "1")
        try await becomes("buzzer", "0")
        #expect(try brightness("green") == "1")
    }

    @Test(
        "the buzzer plays the answer's pattern and then is silent, while the light shines on", arguments: IndicatorSignal.allCases
    )
    func pattern(answer: IndicatorSignal) async throws {
        // A FIFO keeps every value that is written.
        let path = folder + "/buzzer/brightness"
        try FileManager.default.removeItem(atPath: path)
        try #require(unsafe mkfifo(path, 0o600) == 0)
        let buzzer = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
        let indicators = make(buzzer: folder + "/buzzer")
        let start = Clocks.now().instant
        indicators.show(answer)
        let expected = "0" + answer.tones.durations.indices.map { $0 % 2 == 0 ? "1" : "0" }.joined() + "0"
        var written = ""
        try await wait {
            if case .bytes(let bytes) = buzzer.read(atMost: 16) { written += String(decoding: bytes, as: UTF8.self) }
            return written.count >= expected.count
        }
        #expect(written == expected)
        #expect(Clocks.now().instant - start >= answer.tones.length)
        #expect(try brightness(answer.isGreen ? "green" : "red") == "1")
        #expect(try brightness(answer.isGreen ? "red" : "green") == "0")
    }

    @Test("a new answer's tones begin anew")
    func newTones() async throws {
        let indicators = make(buzzer: folder + "/buzzer")
        indicators.show(.accepted)
        let start = Clocks.now().instant
        indicators.show(.refused)
        try await becomes("buzzer", "0")
        #expect(Clocks.now().instant - start >= .milliseconds(590))
    }

    @Test("a light that is missing is told once, makes nothing, and shines when it is there")
    func missing() throws {
        try FileManager.default.removeItem(atPath: folder + "/green")
        let indicators = make()
        #expect(!indicators.show(.accepted))
        #expect(!indicators.show(.accepted))
        #expect(notices.map(\.level) == [.warning])
        #expect(notices.first?.text.hasPrefix("green light: open \(folder)/green/brightness: No such file") == true)
        #expect(!FileManager.default.fileExists(atPath: folder + "/green"))
        #expect(indicators.show(.refused))
        try makeLight("green", "0")
        #expect(indicators.show(.accepted))
        #expect(try brightness("green") == "1")
    }

    @Test("a folder without brightness gets one")
    func plainFolder() throws {
        try FileManager.default.removeItem(atPath: folder + "/green/brightness")
        #expect(make().show(.accepted))
        #expect(try brightness("green") == "1")
    }

    @Test("a light whose device was plugged in again shines at the first answer")
    func replacedWhileOpen() throws {
        let path = folder + "/green/brightness"
        // A full FIFO refuses a write, as a LED's file does when its device has gone.
        try FileManager.default.removeItem(atPath: path)
        try #require(unsafe mkfifo(path, 0o600) == 0)
        let indicators = make()
        let writer = try FileDescriptor.open(path, O_WRONLY | O_NONBLOCK)
        while case .written = writer.write([0].span) {}
        try FileManager.default.removeItem(atPath: path)
        try makeLight("green", "0")
        #expect(indicators.show(.accepted))
        #expect(notices.isEmpty)
        #expect(try brightness("green") == "1")
    }
}
