import Base
import Glibc
import HubDomain
import OperatingSystem

/// A card file read from the disk, a piece at a time.
public struct CardFileOnDisk {
    private static let pieceBytes = 65536
    /// Of what can be read once only, such as a pipe; files have no bound but that of their rows.
    private static let maximumPipeBytes = 128 << 20

    public let encoding: TextEncoding
    public let content: Result<CardFile, CardFileMistakes>

    /// - Throws: When the file cannot be read.
    public init(_ path: String) throws(SystemError) {
        var source = try Source(path)
        (encoding, content) = try Self.read(&source)
    }

    private static func read(
        _ source: inout Source
    ) throws(SystemError) -> (TextEncoding, Result<CardFile, CardFileMistakes>) {
        var piece = try source.next()
        if let mistake = SpreadsheetFile(piece)?.mistake { return (.utf8, .failure(CardFileMistakes(all: [mistake]))) }
        let marked = TextEncoding.marked(piece)
        var encoding = marked?.encoding ?? .utf8
        if marked == nil {
            var unmarked = UnmarkedEncoding()
            while !piece.isEmpty {
                unmarked.take(piece)
                piece = try source.next()
            }
            encoding = unmarked.encoding
            try source.rewind()
            piece = try source.next()
        }
        piece.removeFirst(min(marked?.markLength ?? 0, piece.count))
        var reader = CardFileReader()
        var lines = LineCount()
        var decoder: TextDecoder? = try TextDecoder(from: encoding)
        while !piece.isEmpty, !reader.isHopeless, decoder != nil {
            do {
                let text = try decoder?.decode(piece) ?? []
                lines.take(text)
                reader.take(text)
                piece = try source.next()
                continue
            } catch let error as SystemError {
                throw error
            } catch let damage as TextDecoder.Damage {
                lines.take(damage.decoded)
                reader.take(damage.decoded)
            } catch {}
            reader.report(damage(encoding, line: lines.line))
            decoder = nil
        }
        if decoder?.isWithinCharacter ?? false { reader.report(damage(encoding, line: lines.line)) }
        do throws(CardFileMistakes) { return (encoding, .success(try reader.finish())) } catch {
            return (encoding, .failure(error))
        }
    }

    private static func damage(_ encoding: TextEncoding, line: Int) -> CardFile.Mistake {
        let text =
            encoding == .gb18030
            ? "holds bytes that are neither UTF-8 nor GB18030" : "holds bytes that are no \(encoding.rawValue)"
        return CardFile.Mistake(line: line, text: "\(text); the file is not read beyond: save it as CSV UTF-8")
    }

    /// The number of the line at which a text has arrived.
    private struct LineCount {
        private(set) var line = 1
        private var last: UInt8 = 0

        mutating func take(_ text: [UInt8]) {
            for byte in text {
                if byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") && last != UInt8(ascii: "\r") { line += 1 }
                last = byte
            }
        }
    }

    /// Reads a file twice; of a pipe, it keeps what it has read.
    private struct Source: ~Copyable {
        private let path: String
        private let file: FileDescriptor
        private let isSeekable: Bool
        private var kept: [UInt8]
        private var position: Int?

        init(_ path: String) throws(SystemError) {
            // Non-blocking, so that a FIFO without a writer does not hang the program.
            file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
            // Here: Swift 6.2, which makes the arm64 package, fails at a default in a throwing initialiser of what cannot be copied.
            (self.path, kept, position) = (path, [], nil)
            isSeekable = lseek(file.raw, 0, SEEK_SET) == 0
        }

        mutating func rewind() throws(SystemError) {
            if isSeekable {
                guard lseek(file.raw, 0, SEEK_SET) == 0 else { throw SystemError.last("read \(path)") }
            } else {
                position = 0
            }
        }

        /// Empty at the end.
        mutating func next() throws(SystemError) -> [UInt8] {
            if let start = position {
                let end = min(start + CardFileOnDisk.pieceBytes, kept.count)
                position = end
                return Array(kept[start..<end])
            }
            var piece = [UInt8](repeating: 0, count: CardFileOnDisk.pieceBytes)
            while true {
                let count = unsafe Glibc.read(file.raw, &piece, piece.count)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw SystemError.last("read \(path)") }
                piece.removeLast(piece.count - count)
                if !isSeekable {
                    kept += piece
                    guard kept.count <= CardFileOnDisk.maximumPipeBytes else {
                        throw SystemError(
                            code: EFBIG, what: "read \(path) (at most \(CardFileOnDisk.maximumPipeBytes) bytes of a pipe)")
                    }
                }
                return piece
            }
        }
    }
}
