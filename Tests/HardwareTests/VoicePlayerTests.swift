import Base
import Glibc
import OperatingSystem
import TestSupport
import Testing

@testable import Hardware

/// Played through ALSA itself, whose file plugin writes the samples down. Its device takes samples faster than they would be
/// heard, but never more than a buffer (half a second) at each turn of the player.
@Suite("Voice prompts", .timeLimit(.minutes(5)))
final class VoicePlayerTests {
    let folder: TemporaryFolder
    var heardPath: String { folder.path + "/heard" }
    let notices = Inbox<Notice>()

    init() throws {
        folder = TemporaryFolder()
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = try FileDescriptor.open("\(folder.path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC)
        var rest = bytes[...]
        while !rest.isEmpty {
            guard case .written(let count) = file.write(Array(rest).span) else {
                Issue.record("\(name) is not written")
                return
            }
            rest = rest.dropFirst(count)
        }
    }

    /// A sound that no other is like.
    @discardableResult
    func write(sound name: String, seconds: Double = 0.1, rate: Int = 16_000, channels: Int = 1, from first: Int16) throws
        -> [Int16]
    {
        let samples = (0..<Int(seconds * Double(rate)) * channels).map { first + Int16($0 % 1000) }
        try write(name, WaveFile(rate: rate, channels: channels, samples: samples).bytes)
        return samples
    }

    func make(device: String? = nil, volumePercent: Int = 100, retryTime: Duration = .seconds(3600)) -> VoicePlayer {
        VoicePlayer(
            folder: folder.path, device: device ?? "file:" + heardPath, volumePercent: volumePercent, retryTime: retryTime
        ) {
            [notices] in notices.put($0)
        }
    }

    var heard: [Int16] {
        let bytes = (try? SmallFile.read(heardPath, limit: 8 << 20)) ?? []
        return stride(from: 0, to: bytes.count & ~1, by: 2).map {
            Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
    }

    /// Waits until so many samples were played, and gives them.
    func heard(_ count: Int) async throws -> [Int16] {
        try await wait { self.heard.count >= count }
        return Array(heard.prefix(count))
    }

    @Test("the samples that are played are those of the file, to the end, and then comes silence")
    func samples() async throws {
        let samples = try write(sound: "accepted.wav", seconds: 1.3, from: 1)
        let player = make()
        player.play(soundNumber: 0, prompt: .accepted)
        #expect(try await heard(samples.count) == samples)
        #expect(heard.dropFirst(samples.count).allSatisfy { $0 == 0 })
        #expect(notices.takeAll().isEmpty)
        _ = player
    }

    @Test("the platform's sound is played rather than our own prompt")
    func platformSound() async throws {
        try write(sound: "accepted.wav", from: 1)
        let samples = try write(sound: "3.wav", from: 2000)
        let player = make()
        player.play(soundNumber: 3, prompt: .accepted)
        #expect(try await heard(samples.count) == samples)
    }

    @Test("a sound that is missing falls back to our own prompt, that to the plain one, and each is told once")
    func fallback() async throws {
        let samples = try write(sound: "refused.wav", from: 1)
        let player = make()
        player.play(soundNumber: 99, prompt: .expired)
        #expect(try await heard(samples.count) == samples)
        player.play(soundNumber: 99, prompt: .expired)
        player.play(soundNumber: 0, prompt: .accepted)
        let told = notices.takeAll()
        #expect(told.map(\.level) == [.warning, .info, .warning])
        #expect(
            told.map(\.text)
                == ["99.wav", "expired.wav", "accepted.wav"].map {
                    "voice: open \(folder.path)/\($0): No such file or directory; playing what there is instead"
                })
    }

    @Test("a file that is no sound falls back too, and says what to do")
    func damagedFile() async throws {
        try write("expired.wav", Array("ID3, no WAVE".utf8))
        let samples = try write(sound: "refused.wav", from: 1)
        let player = make()
        player.play(soundNumber: 0, prompt: .expired)
        #expect(try await heard(samples.count) == samples)
        #expect(
            notices.takeAll().first?.text.hasPrefix("voice: \(folder.path)/expired.wav: no RIFF WAVE file; convert it") == true)
    }

    @Test("a new prompt cuts off the one that is playing, and nothing of that comes after")
    func latestWins() async throws {
        let long = try write(sound: "accepted.wav", seconds: 5, from: 1)
        let short = try write(sound: "refused.wav", from: 20_000)
        let player = make()
        player.play(soundNumber: 0, prompt: .accepted)
        player.play(soundNumber: 0, prompt: .refused)
        // The first was given the device's buffer, half a second, before it was cut off.
        let buffer = 8000
        let heard = try await heard(buffer + short.count)
        #expect(Array(heard.prefix(buffer)) == Array(long.prefix(buffer)))
        #expect(Array(heard.dropFirst(buffer)) == short)
        #expect(self.heard.dropFirst(buffer + short.count).allSatisfy { $0 == 0 })
    }

    @Test("the volume is applied to the samples, and may change while a prompt is played")
    func volume() async throws {
        let samples = try write(sound: "accepted.wav", seconds: 0.6, from: 1)
        let player = make(volumePercent: 50)
        player.play(soundNumber: 0, prompt: .accepted)
        player.volumePercent = 10
        let buffer = 8000
        let heard = try await heard(samples.count)
        #expect(Array(heard.prefix(buffer)) == samples.prefix(buffer).map { $0 / 2 })
        #expect(Array(heard.dropFirst(buffer)) == samples.dropFirst(buffer).map { $0 / 10 })
    }

    @Test("prompts of another rate, and stereo, follow each other on one device")
    func formats() async throws {
        try write(sound: "accepted.wav", from: 1)
        let stereo = try write(sound: "refused.wav", rate: 44_100, channels: 2, from: 20_000)
        let player = make()
        player.play(soundNumber: 0, prompt: .accepted)
        player.play(soundNumber: 0, prompt: .refused)
        // The plugin begins its file anew when the device is opened anew.
        try await wait { self.heard.first == stereo.first && self.heard.count >= stereo.count }
        #expect(Array(heard.prefix(stereo.count)) == stereo)
    }

    @Test("8-bit samples are played as 16-bit ones, by a device that converts as well")
    func eightBits() async throws {
        var file = WaveFile()
        file.bits = 8
        file.data = (0..<1600).map { UInt8($0 % 256) }
        try write("accepted.wav", file.bytes)
        let player = make(device: "plug:file:" + heardPath)
        player.play(soundNumber: 0, prompt: .accepted)
        #expect(try await heard(1600) == file.data.map { (Int16($0) - 128) * 256 })
    }

    @Test("without its device it is silent and says so once")
    func absentDevice() throws {
        try write(sound: "accepted.wav", from: 1)
        let player = make(device: "hw:CARD=absent", retryTime: .zero)
        for _ in 0..<3 { player.play(soundNumber: 0, prompt: .accepted) }
        let told = notices.takeAll()
        #expect(told.count == 1)
        #expect(told.first?.text.hasPrefix("voice: silent, hw:CARD=absent: open: No such ") == true)
    }

    /// A file in a folder that is not there yet is a device that opens, and fails while it plays.
    @Test("a device that failed is not tried again at once, but later, and it is told that it works", arguments: [true, false])
    func laterDevice(isLater: Bool) async throws {
        let samples = try write(sound: "accepted.wav", seconds: 1, from: 1)
        let path = folder.path + "/later/heard"
        let player = make(device: "file:" + path, retryTime: isLater ? .zero : .seconds(3600))
        player.play(soundNumber: 0, prompt: .accepted)
        #expect(try await notices.next().text.hasPrefix("voice: silent, file:\(path): write: Input/output error; trying again"))
        try #require(unsafe mkdir(folder.path + "/later", 0o700) == 0)
        player.play(soundNumber: 0, prompt: .accepted)
        guard isLater else {
            // It opens its file when it is opened itself, and closes it at the end of the player's life.
            withExtendedLifetime(player) {}
            #expect(throws: SystemError.self) { try SmallFile.read(path, limit: 1 << 20) }
            return
        }
        #expect(try await notices.next().text == "voice: file:\(path) works again")
        #expect(try SmallFile.read(path, limit: 1 << 20).count >= samples.count * 2)
    }

    @Test("an empty device is silence without a word")
    func switchedOff() {
        make(device: "").play(soundNumber: 42, prompt: .accepted)
        #expect(notices.takeAll().isEmpty)
    }
}
