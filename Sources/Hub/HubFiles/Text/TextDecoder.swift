import Glibc
import OperatingSystem

/// Turns a text into UTF-8, a piece at a time, by the system's iconv.
@safe struct TextDecoder: ~Copyable {
    /// The text is not what its encoding says; everything before was decoded.
    struct Damage: Error {
        /// What was decoded of the piece.
        var decoded: [UInt8]
    }

    private let converter: iconv_t
    /// A character whose other bytes are still to come.
    private var rest: [UInt8]

    init(from encoding: TextEncoding) throws(SystemError) {
        guard let converter = unsafe iconv_open("UTF-8", encoding.rawValue), Int(bitPattern: converter) != -1 else {
            throw SystemError.last("read \(encoding.rawValue)")
        }
        unsafe self.converter = unsafe converter
        // Here: Swift 6.2, which makes the arm64 package, fails at a default in a throwing initialiser of what cannot be copied.
        rest = []
    }

    deinit { unsafe iconv_close(converter) }

    mutating func decode(_ piece: [UInt8]) throws(Damage) -> [UInt8] {
        var source = rest + piece
        rest = []
        guard !source.isEmpty else { return [] }
        // Two bytes of any of the encodings become three at most.
        var result = [UInt8](repeating: 0, count: source.count * 2 + 16)
        var (taken, written, code) = (0, 0, Int32(0))
        unsafe source.withUnsafeMutableBytes { input in
            unsafe result.withUnsafeMutableBytes { output in
                var from = unsafe input.baseAddress?.assumingMemoryBound(to: CChar.self)
                var to = unsafe output.baseAddress?.assumingMemoryBound(to: CChar.self)
                var (left, room) = (input.count, output.count)
                if unsafe iconv(converter, &from, &left, &to, &room) == -1 { code = errno }
                (taken, written) = (input.count - left, output.count - room)
            }
        }
        result.removeLast(result.count - written)
        switch code {
        case 0: return result
        case EINVAL:
            rest = Array(source[taken...])
            return result
        default: throw Damage(decoded: result)
        }
    }

    /// Whether the text ended within a character.
    var isWithinCharacter: Bool { !rest.isEmpty }
}
