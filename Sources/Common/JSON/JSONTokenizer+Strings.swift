extension JSONTokenizer {
    /// True when a string may begin with `byte`.
    func beginsString(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || isLenient && byte == UInt8(ascii: "'")
    }

    /// Reads the string whose quote is at `start`, as far as the chunk or its plain bytes reach. Returns the place of the next
    /// byte to read.
    mutating func readString(
        _ chunk: Span<UInt8>, from start: Int, isKey: Bool, to consumer: inout some JSONConsumer
    ) throws(JSONError) -> Int {
        let quote = chunk[start]
        let first = start + 1
        let end = Self.endOfPlainBytes(chunk, from: first, quote: quote)
        // Nearly every string lies in one chunk and needs no more than to be handed on.
        if end < chunk.count, chunk[end] == quote, end - first <= rules.maximumTokenBytes {
            deliver(chunk.extracting(first..<end), isKey: isKey, to: &consumer)
            endString(isKey: isKey)
            return end + 1
        }
        self.quote = quote
        self.isKey = isKey
        if !buffer.isEmpty { buffer.removeAll(keepingCapacity: true) }
        state = .string
        return try readString(chunk, from: first, to: &consumer)
    }

    /// Reads on in a string after an escape or at the beginning of a chunk.
    mutating func resumeString(
        _ chunk: Span<UInt8>, from start: Int, to consumer: inout some JSONConsumer
    ) throws(JSONError) -> Int {
        if escape.highSurrogate != nil, chunk[start] != UInt8(ascii: "\\") { try endSurrogate(at: start) }
        return try readString(chunk, from: start, to: &consumer)
    }

    /// Reads on in a string, as far as the chunk or its plain bytes reach, and returns the place of the next byte to read.
    private mutating func readString(
        _ chunk: Span<UInt8>, from start: Int, to consumer: inout some JSONConsumer
    ) throws(JSONError) -> Int {
        let (count, quote) = (chunk.count, quote)
        var index = start
        while true {
            if isLenient ? looseCharacters.isAtBoundary : utf8.isAtBoundary {
                index = Self.endOfPlainBytes(chunk, from: index, quote: quote)
            }
            guard index < count else {
                try append(chunk.extracting(start..<index), at: start)
                return index
            }
            let byte = chunk[index]
            if isLenient, looseCharacters.take(byte) {
                index += 1
                continue
            }
            if byte >= 0x80 {
                guard utf8.accept(byte) else { throw try mistake(chunk, from: start, at: index, "expected UTF-8") }
                index += 1
                continue
            }
            guard utf8.isAtBoundary else {
                throw try mistake(chunk, from: start, at: index, "expected the rest of a UTF-8 character")
            }
            let part = chunk.extracting(start..<index)
            switch byte {
            case quote:
                try append(part, at: start)
                deliver(buffer.span, isKey: isKey, to: &consumer)
                endString(isKey: isKey)
                return index + 1
            case UInt8(ascii: "\\"):
                try append(part, at: start)
                state = .escape
                return index + 1
            case _ where isLenient: index += 1
            default:
                throw try mistake(chunk, from: start, at: index, "control characters must be escaped in a string")
            }
        }
    }

    /// What is wrong with the byte at `index`; throws when the string was too long before it came, so that the first mistake
    /// is told however the chunks were cut.
    private mutating func mistake(
        _ chunk: Span<UInt8>, from start: Int, at index: Int, _ expectation: String
    ) throws(JSONError) -> JSONError {
        try append(chunk.extracting(start..<index), at: start)
        return unexpected(chunk[index], expectation, at: index)
    }

    /// Past the bytes that stand for themselves: ASCII without control characters, quote and backslash.
    private static func endOfPlainBytes(_ chunk: Span<UInt8>, from start: Int, quote: UInt8) -> Int {
        var index = start
        while index < chunk.count {
            let byte = chunk[index]
            guard byte &- 0x20 < 0x60, byte != quote, byte != UInt8(ascii: "\\") else { break }
            index += 1
        }
        return index
    }

    private func deliver(_ bytes: Span<UInt8>, isKey: Bool, to consumer: inout some JSONConsumer) {
        if isKey { consumer.key(bytes) } else { consumer.string(bytes) }
    }

    private mutating func endString(isKey: Bool) {
        if isKey { state = .colon } else { endValue() }
    }

    mutating func readEscape(_ byte: UInt8, at index: Int) throws(JSONError) {
        if case .unicodeEscape = state { return try readUnicodeEscape(byte, at: index) }
        if byte == UInt8(ascii: "u") {
            state = .unicodeEscape
            return
        }
        if escape.highSurrogate != nil { try endSurrogate(at: index) }
        let meaning: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): meaning = byte
        case UInt8(ascii: "'") where isLenient: meaning = byte
        case UInt8(ascii: "b"): meaning = 0x08
        case UInt8(ascii: "f"): meaning = 0x0C
        case UInt8(ascii: "n"): meaning = 0x0A
        case UInt8(ascii: "r"): meaning = 0x0D
        case UInt8(ascii: "t"): meaning = 0x09
        default: throw unexpected(byte, "expected an escape", at: index)
        }
        try append(meaning, at: index)
        state = .string
    }

    private mutating func readUnicodeEscape(_ byte: UInt8, at index: Int) throws(JSONError) {
        let hadHighSurrogate = escape.highSurrogate != nil
        switch escape.accept(byte) {
        case .incomplete: return
        case .notHexadecimal: throw unexpected(byte, "expected four hexadecimal digits after \\u", at: index)
        case .scalar(let scalar):
            if escape.highSurrogate != nil { try endSurrogate(at: index) }
            try append(scalar, at: index)
        case .highSurrogate:
            if hadHighSurrogate { try replaceSurrogate(at: index) }
        case .loneLowSurrogate: try replaceSurrogate(at: index)
        }
        state = .string
    }

    /// Something else came where the second half of a pair should.
    private mutating func endSurrogate(at index: Int) throws(JSONError) {
        escape.dropHighSurrogate()
        try replaceSurrogate(at: index)
    }

    private mutating func replaceSurrogate(at index: Int) throws(JSONError) {
        guard isLenient else { throw error("half a surrogate pair", at: index) }
        try append("\u{FFFD}", at: index)
    }

    private mutating func append(_ scalar: Unicode.Scalar, at index: Int) throws(JSONError) {
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { try append(byte, at: index) }
    }

    mutating func append(_ byte: UInt8, at index: Int) throws(JSONError) {
        try requireRoom(for: 1, at: index)
        buffer.append(byte)
    }

    mutating func append(_ bytes: Span<UInt8>, at index: Int) throws(JSONError) {
        try requireRoom(for: bytes.count, at: index)
        for place in 0..<bytes.count { buffer.append(bytes[place]) }
    }

    /// Throws unless the token may grow by `count` bytes, the first of which is at `index`; the error is at the first byte too many.
    func requireRoom(for count: Int, at index: Int) throws(JSONError) {
        let room = rules.maximumTokenBytes - buffer.count
        guard count <= room else {
            throw error("more than \(rules.maximumTokenBytes) bytes in one string or number", at: index + room)
        }
    }
}
