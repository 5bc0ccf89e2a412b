/// A sound from a WAVE file (Multimedia Programming Interface and Data Specifications 1.0, IBM and Microsoft, 1991): PCM of
/// 8 or 16 bits, one or two channels, 8 to 48 kHz, 20 s at most.
struct WaveSound: Sendable {
    /// The longest file worth reading, in bytes: 20 s of what a good recording has, 48 kHz and 16 bits.
    static let maximumFileSize = 2 << 20
    static let rates = 8000...48_000
    static let maximumSeconds = 20

    private let format: Format
    /// Whole frames of the file, as they stand there: a long sound is converted piece by piece, as it is played.
    private let data: ArraySlice<UInt8>

    /// Frames in a second.
    var rate: Int { format.rate }
    /// 1, or 2 with the left sample first.
    var channels: Int { format.channels }
    /// Moments at which each channel has a sample.
    var frameCount: Int { data.count / format.frameSize }

    /// Why a file is no sound that can be played; to be read after the file's name and a colon.
    enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        case notWave
        case noFormat
        case noData
        case compressed(code: Int)
        case bits(Int)
        case channels(Int)
        case rate(Int)
        case tooLong

        var description: String {
            let advice = "; convert it: sox IN -r 16000 -c 1 -b 16 OUT.wav"
            return switch self {
            case .notWave: "no RIFF WAVE file" + advice
            case .noFormat: "has no format chunk before its samples" + advice
            case .noData: "holds no samples"
            case .compressed(let code): "is not plain PCM (format code \(code))" + advice
            case .bits(let count): "has samples of \(count) bits, not 8 or 16" + advice
            case .channels(let count): "has \(count) channels, not 1 or 2" + advice
            case .rate(let rate): "has \(rate) samples a second, not \(rates.lowerBound) to \(rates.upperBound)" + advice
            case .tooLong: "is longer than \(maximumSeconds) s"
            }
        }
    }

    /// Reads a file's bytes. Chunks of other kinds are passed over. Samples that the file announces and does not have are not
    /// missed: a program that wrote into a pipe could not know their number.
    init(file bytes: [UInt8]) throws(Failure) {
        let file = Bytes(bytes)
        guard file.tag(at: 0) == "RIFF", file.tag(at: 8) == "WAVE" else { throw .notWave }
        var format: Format?
        var start = 12
        while let tag = file.tag(at: start), let length = file.number(at: start + 4, bytes: 4) {
            let content = start + 8
            switch tag {
            case "fmt ":
                format = try Format(file, at: content, length: length)
            case "data":
                guard let format else { throw .noFormat }
                try self.init(format, bytes[content..<min(bytes.count, content + length)])
                return
            default: break
            }
            start = content + length + length % 2
        }
        throw format == nil ? .noFormat : .noData
    }

    private init(_ format: Format, _ data: ArraySlice<UInt8>) throws(Failure) {
        let frames = data.count / format.frameSize
        guard frames > 0 else { throw .noData }
        guard frames <= format.rate * Self.maximumSeconds else { throw .tooLong }
        self.format = format
        self.data = data.prefix(frames * format.frameSize)
    }

    /// The samples of some frames as 16-bit ones, the channels by turns.
    func samples(ofFrames frames: Range<Int>) -> [Int16] {
        let start = data.startIndex + frames.lowerBound * format.frameSize
        let bytes = data[start..<start + frames.count * format.frameSize]
        // Samples of up to 8 bits are unsigned, longer ones are not.
        if format.bits == 8 { return bytes.map { (Int16($0) - 128) << 8 } }
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map {
            Int16(bitPattern: UInt16(bytes[$0 + 1]) << 8 | UInt16(bytes[$0]))
        }
    }
}

extension WaveSound {
    /// The `fmt ` chunk, as far as it can be played.
    private struct Format: Sendable {
        /// WAVE_FORMAT_PCM.
        private static let plain = 1
        /// WAVE_FORMAT_EXTENSIBLE: the code stands at the head of the sub-format.
        private static let extensible = 0xFFFE

        let channels: Int
        let rate: Int
        let bits: Int

        var frameSize: Int { channels * bits / 8 }

        init(_ file: Bytes, at start: Int, length: Int) throws(Failure) {
            guard length >= 16, var code = file.number(at: start, bytes: 2),
                let channels = file.number(at: start + 2, bytes: 2), let rate = file.number(at: start + 4, bytes: 4),
                let bits = file.number(at: start + 14, bytes: 2)
            else { throw .noFormat }
            if code == Self.extensible, length >= 26 { code = file.number(at: start + 24, bytes: 2) ?? code }
            guard code == Self.plain else { throw .compressed(code: code) }
            guard bits == 8 || bits == 16 else { throw .bits(bits) }
            guard channels == 1 || channels == 2 else { throw .channels(channels) }
            guard WaveSound.rates.contains(rate) else { throw .rate(rate) }
            self.channels = channels
            self.rate = rate
            self.bits = bits
        }
    }

    /// Little-endian numbers and four-letter tags in a file.
    private struct Bytes {
        private let bytes: [UInt8]

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        func number(at start: Int, bytes count: Int) -> Int? {
            guard start + count <= bytes.count else { return nil }
            return bytes[start..<start + count].reversed().reduce(0) { $0 << 8 | Int($1) }
        }

        func tag(at start: Int) -> String? {
            guard start + 4 <= bytes.count else { return nil }
            return String(decoding: bytes[start..<start + 4], as: UTF8.self)
        }
    }
}
