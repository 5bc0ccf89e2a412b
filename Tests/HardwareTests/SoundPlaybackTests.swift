import Testing

@testable import Hardware

@Suite("A sound on its way to the device")
struct SoundPlaybackTests {
    @Test("what the device did not take is offered again, and silence follows")
    func slices() throws {
        let file = WaveFile(channels: 2, samples: [100, -100, 200, -200, 300, -300])
        var playback = SoundPlayback(try WaveSound(file: file.bytes), silentFrames: 2)
        #expect(playback.next(frames: 2, volumePercent: 100) == [100, -100, 200, -200])
        playback.took(frames: 1)
        #expect(playback.next(frames: 3, volumePercent: 100) == [200, -200, 300, -300, 0, 0])
        playback.took(frames: 3)
        #expect(!playback.isComplete)
        #expect(playback.next(frames: 100, volumePercent: 100) == [0, 0])
        playback.took(frames: 1)
        #expect(playback.isComplete)
        #expect(playback.next(frames: 100, volumePercent: 100).isEmpty)
    }

    @Test("the volume is a share of the recorded amplitude", arguments: [(100, 32767, -32768), (50, 16383, -16384), (0, 0, 0)])
    func volume(percent: Int, high: Int16, low: Int16) throws {
        let playback = SoundPlayback(try WaveSound(file: WaveFile(samples: [.max, .min]).bytes), silentFrames: 0)
        #expect(playback.next(frames: 2, volumePercent: percent) == [high, low])
    }
}
