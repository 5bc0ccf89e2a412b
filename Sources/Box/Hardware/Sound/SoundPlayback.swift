/// How much of a sound a device has taken. The sound is followed by silence, so that what a device repeats when it runs dry
/// cannot be heard.
struct SoundPlayback {
    let sound: WaveSound
    let silentFrames: Int
    private(set) var takenFrames = 0

    private var totalFrames: Int { sound.frameCount + silentFrames }
    var isComplete: Bool { takenFrames == totalFrames }

    init(_ sound: WaveSound, silentFrames: Int) {
        self.sound = sound
        self.silentFrames = silentFrames
    }

    /// The next samples, at most so many frames of them, at `volumePercent` of the recorded amplitude.
    func next(frames limit: Int, volumePercent: Int) -> [Int16] {
        let end = min(takenFrames + limit, totalFrames)
        let recorded = min(takenFrames, sound.frameCount)..<min(end, sound.frameCount)
        let volume = Int32(volumePercent)
        let samples = sound.samples(ofFrames: recorded).map { Int16(clamping: Int32($0) * volume / 100) }
        return samples + repeatElement(0, count: (end - takenFrames - recorded.count) * sound.channels)
    }

    /// The device took the first so many of them.
    mutating func took(frames: Int) {
        takenFrames = min(takenFrames + frames, totalFrames)
    }
}
