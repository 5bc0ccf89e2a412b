/// Reads JSON from chunks that may be split anywhere and hands its parts to a `JSONConsumer`, in bounded memory.
///
/// After an error every further call throws the same one.
public struct JSONTokenizer: Sendable {
    enum State {
        /// A value must come.
        case value
        /// A value or `]`.
        case valueOrEnd
        case key
        /// A key or `}`.
        case keyOrEnd
        case colon
        /// `,` or the end of the container.
        case separator
        /// The document is complete; only space may follow, in the lenient dialect anything.
        case finished
        case string, escape, unicodeEscape
        case number, literal
        /// One `/` has been read.
        case slash
        case comment
    }

    private enum Literal: String { case `true`, `false`, null }

    let rules: JSONRules
    var state = State.value
    /// Where a comment left off.
    private var stateBeforeComment = State.value
    /// One bit a container, the innermost lowest: 1 is an object.
    private var containers: UInt64 = 0
    private var depth = 0
    /// Bytes of the earlier chunks.
    var consumed = 0
    private var failure: JSONError?

    /// The part of a token that could not be handed over from the chunk itself.
    var buffer: [UInt8] = []
    var isKey = false
    var quote = UInt8(ascii: "\"")
    var utf8 = UTF8Validator()
    var looseCharacters = LooseCharacters()
    /// How many bytes of a byte order mark in front of the document have been read.
    private var markLength = 0
    var escape = UnicodeEscape()
    private var grammar = NumberGrammar.start
    private var literal = Literal.null
    private var literalMatched = 0

    public init(_ rules: JSONRules = .strict) {
        self.rules = rules
    }

    /// True once a whole document has been read; only space may follow it, in the lenient dialect anything.
    public var isFinished: Bool {
        if case .finished = state { failure == nil } else { false }
    }

    var isLenient: Bool { rules.dialect == .lenient }

    /// Reads the next chunk, which may be empty.
    public mutating func feed(_ chunk: Span<UInt8>, to consumer: inout some JSONConsumer) throws(JSONError) {
        if let failure { throw failure }
        do throws(JSONError) {
            var index = 0
            while index < chunk.count {
                switch state {
                case .string:
                    index = try resumeString(chunk, from: index, to: &consumer)
                case .number:
                    index = try readNumber(chunk, from: index, to: &consumer)
                case .escape, .unicodeEscape:
                    try readEscape(chunk[index], at: index)
                    index += 1
                case .literal:
                    try readLiteral(chunk[index], at: index, to: &consumer)
                    index += 1
                case .slash:
                    guard chunk[index] == UInt8(ascii: "/") else { throw error("expected a second \"/\"", at: index) }
                    state = .comment
                    index += 1
                case .comment:
                    if chunk[index] == UInt8(ascii: "\n") { state = stateBeforeComment }
                    index += 1
                default:
                    if isLenient, isFinished {
                        index = chunk.count
                        break
                    }
                    while index < chunk.count, isSpace(chunk[index]) { index += 1 }
                    if index < chunk.count { index = try readStructure(chunk, at: index, to: &consumer) }
                }
            }
            consumed += chunk.count
        } catch {
            failure = error
            throw error
        }
    }

    public mutating func feed(_ chunk: [UInt8], to consumer: inout some JSONConsumer) throws(JSONError) {
        try feed(chunk.span, to: &consumer)
    }

    /// Says that no more bytes come. Throws when the document is not whole.
    public mutating func finish(to consumer: inout some JSONConsumer) throws(JSONError) {
        if let failure { throw failure }
        do throws(JSONError) {
            if case .number = state { try endNumber(Span(), at: 0, to: &consumer) }
            if case .comment = state { state = stateBeforeComment }
            guard isFinished else {
                throw error(consumed == 0 ? "nothing there, expected a value" : "cut off", at: 0)
            }
        } catch {
            failure = error
            throw error
        }
    }

    private func isSpace(_ byte: UInt8) -> Bool {
        // Most bytes are beyond it.
        guard byte <= UInt8(ascii: " ") else { return false }
        return byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\t")
            || isLenient
    }

    /// Whether `byte` goes on with a byte order mark in front of a lenient document.
    private mutating func isOfMark(_ byte: UInt8) -> Bool {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        guard isLenient, depth == 0, byte == mark[markLength] else { return false }
        markLength = (markLength + 1) % mark.count
        return true
    }

    /// Takes the byte at `index`, which is no space, outside of strings, numbers and literals; with the beginning of a string
    /// or number also what follows of it. Returns the place of the next byte to read.
    @inline(__always)
    private mutating func readStructure(
        _ chunk: Span<UInt8>, at index: Int, to consumer: inout some JSONConsumer
    ) throws(JSONError) -> Int {
        let byte = chunk[index]
        if byte == UInt8(ascii: "/"), isLenient {
            stateBeforeComment = state
            state = .slash
            return index + 1
        }
        switch state {
        case .valueOrEnd where byte == UInt8(ascii: "]"): close(to: &consumer)
        case .value, .valueOrEnd: return try readValue(chunk, at: index, to: &consumer)
        case .keyOrEnd where byte == UInt8(ascii: "}"): close(to: &consumer)
        case .key, .keyOrEnd:
            guard beginsString(byte) else { throw unexpected(byte, "expected a key", at: index) }
            let end = try readString(chunk, from: index, isKey: true, to: &consumer)
            // Nearly every key is followed by its colon at once.
            guard end < chunk.count, case .colon = state, chunk[end] == UInt8(ascii: ":") else { return end }
            state = .value
            return end + 1
        case .colon:
            guard byte == UInt8(ascii: ":") else { throw unexpected(byte, "expected \":\" after a key", at: index) }
            state = .value
        case .separator:
            let isObject = containers & 1 == 1
            switch byte {
            case UInt8(ascii: ",") where isObject: state = isLenient ? .keyOrEnd : .key
            case UInt8(ascii: ","): state = isLenient ? .valueOrEnd : .value
            case UInt8(ascii: "}") where isObject, UInt8(ascii: "]") where !isObject: close(to: &consumer)
            default: throw unexpected(byte, isObject ? "expected \",\" or \"}\"" : "expected \",\" or \"]\"", at: index)
            }
        default: throw unexpected(byte, "expected nothing after the document", at: index)
        }
        return index + 1
    }

    @inline(__always)
    private mutating func readValue(
        _ chunk: Span<UInt8>, at index: Int, to consumer: inout some JSONConsumer
    ) throws(JSONError) -> Int {
        let byte = chunk[index]
        if byte >= 0x80, isOfMark(byte) { return index + 1 }
        if beginsString(byte) { return try readString(chunk, from: index, isKey: false, to: &consumer) }
        switch byte {
        case UInt8(ascii: "{"):
            try open(isObject: true, at: index)
            consumer.beginObject()
        case UInt8(ascii: "["):
            try open(isObject: false, at: index)
            consumer.beginArray()
        case UInt8(ascii: "t"): begin(.true)
        case UInt8(ascii: "f"): begin(.false)
        case UInt8(ascii: "n"): begin(.null)
        default:
            guard NumberGrammar.canBegin(with: byte) else { throw unexpected(byte, "expected a value", at: index) }
            grammar = .start
            state = .number
            if !buffer.isEmpty { buffer.removeAll(keepingCapacity: true) }
            return try readNumber(chunk, from: index, to: &consumer)
        }
        return index + 1
    }

    private mutating func open(isObject: Bool, at index: Int) throws(JSONError) {
        guard depth < rules.maximumDepth else { throw error("more than \(rules.maximumDepth) levels deep", at: index) }
        depth += 1
        containers = containers << 1 | (isObject ? 1 : 0)
        state = isObject ? .keyOrEnd : .valueOrEnd
    }

    private mutating func close(to consumer: inout some JSONConsumer) {
        if containers & 1 == 1 { consumer.endObject() } else { consumer.endArray() }
        containers >>= 1
        depth -= 1
        endValue()
    }

    mutating func endValue() {
        state = depth == 0 ? .finished : .separator
    }

    /// Reads on in a number, as far as it or the chunk reaches, and returns the place of the next byte to read.
    private mutating func readNumber(
        _ chunk: Span<UInt8>, from start: Int, to consumer: inout some JSONConsumer
    ) throws(JSONError) -> Int {
        var index = start
        while index < chunk.count, grammar.accept(chunk[index]) || isLenient && grammar.acceptPadded(chunk[index]) { index += 1 }
        let part = chunk.extracting(start..<index)
        if index < chunk.count {
            try endNumber(part, at: start, to: &consumer)
        } else {
            try append(part, at: start)
        }
        return index
    }

    private mutating func endNumber(
        _ rest: Span<UInt8>, at start: Int, to consumer: inout some JSONConsumer
    ) throws(JSONError) {
        // A number that is both too long and unfinished was too long first.
        try requireRoom(for: rest.count, at: start)
        guard grammar.isComplete else { throw error("unfinished number", at: start + rest.count) }
        if buffer.isEmpty {
            deliver(number: rest, to: &consumer)
        } else {
            try append(rest, at: start)
            deliver(number: buffer.span, to: &consumer)
        }
        endValue()
    }

    private func deliver(number: Span<UInt8>, to consumer: inout some JSONConsumer) {
        if grammar == .padded { consumer.string(number) } else { consumer.number(number) }
    }

    private mutating func begin(_ literal: Literal) {
        self.literal = literal
        literalMatched = 1
        state = .literal
    }

    private mutating func readLiteral(
        _ byte: UInt8, at index: Int, to consumer: inout some JSONConsumer
    ) throws(JSONError) {
        let text = literal.rawValue.utf8
        guard byte == text[text.index(text.startIndex, offsetBy: literalMatched)] else {
            throw unexpected(byte, "expected \"\(literal.rawValue)\"", at: index)
        }
        literalMatched += 1
        guard literalMatched == text.count else { return }
        switch literal {
        case .true: consumer.bool(true)
        case .false: consumer.bool(false)
        case .null: consumer.null()
        }
        endValue()
    }

    func error(_ reason: String, at index: Int) -> JSONError {
        JSONError(offset: consumed + index, reason: reason)
    }

    func unexpected(_ byte: UInt8, _ expectation: String, at index: Int) -> JSONError {
        let isPrintable = (0x20...0x7E).contains(byte)
        let found = isPrintable ? "\"\(Character(Unicode.Scalar(byte)))\"" : "byte value \(byte)"
        return error("\(expectation), found \(found)", at: index)
    }
}
