@testable import Hardware

extension FuzzTarget {
    /// A WAVE file of an operator: what can be played is bounded and the same in pieces, written anew it sounds the same, and a
    /// refusal says why.
    static let wave = FuzzTarget(name: "wave") { input in
        let sound: WaveSound
        do throws(WaveSound.Failure) {
            sound = try WaveSound(file: input)
        } catch {
            try require((1...200).contains(error.description.utf8.count), "a message of \(error.description.utf8.count) bytes")
            return
        }
        try require([1, 2].contains(sound.channels) && (8000...48_000).contains(sound.rate), "\(sound.channels), \(sound.rate)")
        try require((1...20 * sound.rate).contains(sound.frameCount), "\(sound.frameCount) frames at \(sound.rate)")
        let samples = sound.samples(ofFrames: 0..<sound.frameCount)
        let middle = sound.frameCount / 3
        let pieces = sound.samples(ofFrames: 0..<middle) + sound.samples(ofFrames: middle..<sound.frameCount)
        try require(samples.count == sound.frameCount * sound.channels && pieces == samples, "pieces are not the whole")

        let frameSize = 2 * sound.channels
        let format =
            [1, sound.channels].flatMap { number($0, 2) } + [sound.rate, sound.rate * frameSize].flatMap { number($0, 4) }
        let data = samples.flatMap { number(Int(UInt16(bitPattern: $0)), 2) }
        let written =
            Array("RIFF".utf8) + number(data.count, 4) + Array("WAVELIST".utf8) + number(3, 4) + [1, 2, 3, 0]
            + Array("fmt ".utf8) + number(16, 4) + format + [frameSize, 16].flatMap { number($0, 2) } + Array("data".utf8)
            + number(data.count, 4) + data
        let again = try WaveSound(file: written)
        try require(
            again.rate == sound.rate && again.channels == sound.channels
                && again.samples(ofFrames: 0..<again.frameCount) == samples, "a sound that is read back as another")
    }

    /// Little-endian.
    private static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
