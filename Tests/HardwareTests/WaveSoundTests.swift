import Testing

@testable import Hardware

/// Makes WAVE files for the tests.
nonisolated struct WaveFile {
    var code = 1
    var channels = 1
    var rate = 16_000
    var bits = 16
    /// Between the format and the samples.
    var otherChunks: [UInt8] = []
    var data: [UInt8] = []
    /// What the data chunk says of its length.
    var announced: Int?

    static func number(_ value: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    static func chunk(_ tag: String, _ content: [UInt8], announced: Int? = nil) -> [UInt8] {
        Array(tag.utf8) + number(announced ?? content.count, 4) + content + (content.count % 2 == 1 ? [0] : [])
    }

    var format: [UInt8] {
        let frame = channels * bits / 8
        return Self.number(code, 2) + Self.number(channels, 2) + Self.number(rate, 4) + Self.number(rate * frame, 4)
            + Self.number(frame, 2) + Self.number(bits, 2)
    }

    var bytes: [UInt8] {
        Self.chunk(
            "RIFF",
            Array("WAVE".utf8) + Self.chunk("fmt ", format) + otherChunks
                + Self.chunk("data", data, announced: announced))
    }
}

extension WaveFile {
    nonisolated init(rate: Int = 16_000, channels: Int = 1, samples: [Int16]) {
        self.init(channels: channels, rate: rate, data: samples.flatMap { Self.number(Int(UInt16(bitPattern: $0)), 2) })
    }
}

extension WaveSound {
    fileprivate nonisolated var allSamples: [Int16] { samples(ofFrames: 0..<frameCount) }
}

@Suite("WAVE files")
struct WaveSoundTests {
    @Test("16-bit samples are taken as they are")
    func plain() throws {
        let sound = try WaveSound(file: WaveFile(samples: [0, 1, -1, .max, .min]).bytes)
        #expect(sound.channels == 1 && sound.rate == 16_000 && sound.frameCount == 5)
        #expect(sound.allSamples == [0, 1, -1, .max, .min])
        #expect(sound.samples(ofFrames: 1..<3) == [1, -1])
    }

    @Test("stereo keeps its two samples a frame")
    func stereo() throws {
        let sound = try WaveSound(file: WaveFile(rate: 48_000, channels: 2, samples: [1, 2, 3, 4]).bytes)
        #expect(sound.channels == 2 && sound.rate == 48_000 && sound.frameCount == 2)
        #expect(sound.allSamples == [1, 2, 3, 4])
    }

    @Test("8-bit samples, which are unsigned, become 16-bit ones")
    func eightBits() throws {
        var file = WaveFile()
        file.bits = 8
        file.data = [128, 0, 255, 129]
        #expect(try WaveSound(file: file.bytes).allSamples == [0, -32768, 32512, 256])
    }

    @Test("other chunks, of odd length too, are passed over")
    func otherChunks() throws {
        var file = WaveFile(samples: [7, 8])
        file.otherChunks = WaveFile.chunk("LIST", [1, 2, 3]) + WaveFile.chunk("fact", [0, 0, 0, 0])
        let trailing = WaveFile.chunk("id3 ", [9, 9])
        #expect(try WaveSound(file: file.bytes + trailing).allSamples == [7, 8])
    }

    @Test("a file that was written into a pipe, and announces more than it has, is played as far as it goes")
    func announcedTooMuch() throws {
        var file = WaveFile(samples: [7, 8])
        file.announced = 0xFFFF_FFFF
        #expect(try WaveSound(file: file.bytes).allSamples == [7, 8])
    }

    @Test("half a frame at the end is dropped")
    func halfFrame() throws {
        var file = WaveFile(channels: 2, samples: [7, 8])
        file.data += [1, 2, 3]
        #expect(try WaveSound(file: file.bytes).allSamples == [7, 8])
    }

    @Test("the extensible form of PCM is PCM")
    func extensible() throws {
        let plain = WaveFile(samples: [5])
        let format =
            WaveFile.number(0xFFFE, 2) + plain.format.dropFirst(2) + WaveFile.number(22, 2)
            + WaveFile.number(16, 2) + WaveFile.number(4, 4) + WaveFile.number(1, 2) + [UInt8](repeating: 0, count: 14)
        let file = WaveFile.chunk(
            "RIFF", Array("WAVE".utf8) + WaveFile.chunk("fmt ", format) + WaveFile.chunk("data", plain.data))
        #expect(try WaveSound(file: file).allSamples == [5])
    }

    @Test(
        "what cannot be played says why",
        arguments: [
            (WaveFile(code: 3, data: [1, 2]), WaveSound.Failure.compressed(code: 3)),
            (WaveFile(bits: 24, data: [1, 2, 3]), .bits(24)), (WaveFile(channels: 6, data: [1, 2]), .channels(6)),
            (WaveFile(channels: 0, data: [1, 2]), .channels(0)), (WaveFile(rate: 7999, data: [1, 2]), .rate(7999)),
            (WaveFile(rate: 96_000, data: [1, 2]), .rate(96_000)),
        ])
    func unplayable(file: WaveFile, failure: WaveSound.Failure) {
        #expect(throws: failure) { try WaveSound(file: file.bytes) }
    }

    @Test("no samples, no format, and no WAVE file at all are told apart")
    func nothing() {
        #expect(throws: WaveSound.Failure.noData) { try WaveSound(file: WaveFile().bytes) }
        let headless = WaveFile.chunk("RIFF", Array("WAVE".utf8) + WaveFile.chunk("data", [1, 2]))
        #expect(throws: WaveSound.Failure.noFormat) { try WaveSound(file: headless) }
        #expect(throws: WaveSound.Failure.notWave) { try WaveSound(file: []) }
        #expect(throws: WaveSound.Failure.notWave) { try WaveSound(file: Array("OggS\0\0\0\0WAVE".utf8)) }
    }

    @Test("20 s are played and no frame more")
    func longest() throws {
        let longest = [Int16](repeating: 1, count: 20 * 8000)
        #expect(try WaveSound(file: WaveFile(rate: 8000, samples: longest).bytes).frameCount == 160_000)
        #expect(throws: WaveSound.Failure.tooLong) { try WaveSound(file: WaveFile(rate: 8000, samples: longest + [1]).bytes) }
    }

    @Test("a file that is cut off anywhere, or whose bytes changed, is refused or played, and nothing else happens")
    func damaged() {
        let whole = WaveFile(channels: 2, samples: [1, 2, 3, 4]).bytes
        for length in 0..<whole.count { _ = try? WaveSound(file: Array(whole.prefix(length))) }
        for index in whole.indices {
            for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
                var file = whole
                file[index] = value
                _ = try? WaveSound(file: file)
            }
        }
    }
}
