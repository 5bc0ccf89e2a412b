/// Finds one switch or key in a stream of `struct input_event` of 64-bit Linux (`linux/input.h`).
struct IgnitionEventParser {
    private static let recordSize = 24

    private let type: UInt16
    private let code: UInt16
    /// The beginning of a record whose rest has not come.
    private var torn: [UInt8] = []

    init(_ event: IgnitionLine.InputEvent, code: Int) {
        type = event.type
        self.code = UInt16(truncatingIfNeeded: code)
    }

    enum Finding: Hashable {
        case level(Bool)
        /// The kernel dropped events (SYN_DROPPED): ask for the state.
        case unknown
    }

    /// What the last of the events says; nil when none was about it.
    mutating func take(_ bytes: [UInt8]) -> Finding? {
        let stream = torn + bytes
        var finding: Finding?
        var position = 0
        while position + Self.recordSize <= stream.count {
            let (type, code) = (Self.word(stream, position + 16), Self.word(stream, position + 18))
            if type == self.type, code == self.code {
                finding = .level(Self.word(stream, position + 20) != 0)
            } else if type == 0, code == 3 {
                finding = .unknown
            }
            position += Self.recordSize
        }
        torn = Array(stream[position...])
        return finding
    }

    private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt16 {
        UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
    }
}
