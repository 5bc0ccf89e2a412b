import Base
import CALSA
import Glibc
import OperatingSystem
import TestSupport
import Testing

@testable import Hardware

/// ALSA's library with two of its functions watched: what a card does of itself, which the file plugin never does. One test
/// at a time uses it.
nonisolated private enum WatchedALSA {
    /// What the next calls of snd_pcm_writei answer instead of taking samples.
    nonisolated(unsafe) static var answers: [Int] = []
    nonisolated(unsafe) static var isStuck = false
    nonisolated(unsafe) static var drops = 0
    nonisolated(unsafe) static let real = unsafe calsa_load()

    static func load() throws -> SoundLibrary {
        unsafe answers = []
        unsafe isStuck = false
        unsafe drops = 0
        var functions = unsafe try #require(real).pointee
        unsafe functions.snd_pcm_writei = { pcm, samples, frames in
            if unsafe WatchedALSA.isStuck { return -Int(EAGAIN) }
            if let answer = unsafe WatchedALSA.answers.popLast() { return answer }
            return unsafe WatchedALSA.real?.pointee.snd_pcm_writei(pcm, samples, frames) ?? 0
        }
        unsafe functions.snd_pcm_drop = { pcm in
            unsafe WatchedALSA.drops += 1
            return unsafe WatchedALSA.real?.pointee.snd_pcm_drop(pcm) ?? 0
        }
        let copy = UnsafeMutablePointer<calsa_library>.allocate(capacity: 1)
        unsafe copy.initialize(to: functions)
        return unsafe SoundLibrary(functions: copy)
    }
}

@Suite("A sound device", .serialized, .timeLimit(.minutes(5)))
final class SoundOutputTests {
    let folder: TemporaryFolder
    var path: String { folder.path + "/heard" }

    init() throws {
        folder = TemporaryFolder()
    }

    func heard() throws -> [UInt8] { try SmallFile.read(path, limit: 1 << 20) }

    @Test("after an underrun, and after the machine was suspended, it goes on", arguments: [EPIPE, ESTRPIPE])
    func recovery(code: Int32) throws {
        let output = try SoundOutput("file:" + path, rate: 8000, channels: 1, library: WatchedALSA.load())
        try output.restart()
        #expect(try output.write([1, 2]) == 2)
        unsafe WatchedALSA.answers = [-Int(code)]
        #expect(try output.write([3, 4]) == 2)
        try output.restart()
        #expect(try heard() == [1, 0, 2, 0, 3, 0, 4, 0])
    }

    @Test("a full device takes nothing")
    func full() throws {
        let output = try SoundOutput("file:" + path, rate: 8000, channels: 2, library: WatchedALSA.load())
        try output.restart()
        unsafe WatchedALSA.answers = [-Int(EAGAIN)]
        #expect(try output.write([1, 2]) == 0)
        #expect(try output.write([1, 2]) == 1)
    }

    @Test("a device that was unplugged says so")
    func unplugged() throws {
        let output = try SoundOutput("file:" + path, rate: 8000, channels: 1, library: WatchedALSA.load())
        try output.restart()
        unsafe WatchedALSA.answers = [-Int(ENODEV)]
        do throws(SoundOutput.Failure) {
            _ = try output.write([1, 2])
            Issue.record("it took samples")
        } catch {
            #expect(error.description == "write: No such device")
        }
    }

    @Test("what was written before a restart is cut off by the device")
    func cutOff() throws {
        let output = try SoundOutput("file:" + path, rate: 8000, channels: 1, library: WatchedALSA.load())
        try output.restart()
        _ = try output.write([1, 2])
        let before = unsafe WatchedALSA.drops
        try output.restart()
        #expect(unsafe WatchedALSA.drops == before + 1)
        #expect(output.pendingFrames == 0)
    }

    @Test("it says what its buffer holds, half a second in four periods")
    func buffer() throws {
        let output = try SoundOutput("null", rate: 16_000, channels: 1, library: WatchedALSA.load())
        #expect(output.bufferFrames == 8000)
        #expect(output.periodFrames == 2000)
        #expect(output.time(ofFrames: 8000) == .milliseconds(500))
    }

    @Test("a device that takes nothing for 2 s has hung: it is closed, and that is told")
    func hung() async throws {
        let file = try FileDescriptor.open(folder.path + "/accepted.wav", O_WRONLY | O_CREAT)
        #expect(file.write(WaveFile(samples: [1, 2, 3]).bytes.span) == .written(50))
        let notices = Inbox<Notice>()
        let player = VoicePlayer(
            folder: folder.path, device: "null", volumePercent: 100, retryTime: .zero, library: try WatchedALSA.load()
        ) { notices.put($0) }
        unsafe WatchedALSA.isStuck = true
        let start = Clocks.now().instant
        player.play(soundNumber: 0, prompt: .accepted)
        #expect(try await notices.next().text.hasPrefix("voice: silent, null: takes no more samples; trying again"))
        #expect(Clocks.now().instant - start >= .seconds(2))
        unsafe WatchedALSA.isStuck = false
        player.play(soundNumber: 0, prompt: .accepted)
        #expect(try await notices.next().text == "voice: null works again")
    }
}
