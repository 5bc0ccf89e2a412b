/// Puts replies together from what arrives on a connection of plain HTTP/1.1.
struct ReplyAssembly: Sendable {
    /// What cannot become a reply.
    struct Mistake: Error, Hashable {
        let text: String
    }

    /// So much of a body is kept that is only counted.
    private static let keptBytes = 4096
    private static let maximumHeadBytes = 16384
    private static let maximumBodyBytes = 1 << 20

    private struct Head {
        var reply: FleetReply
        /// Nil for a body in chunks.
        var length: Int?
        /// Behind the empty line.
        var end: Int
    }

    /// Whether of the next reply's body no more is kept than its beginning, however long it is.
    var isCountedOnly = false
    private var bytes: [UInt8] = []
    private var head: Head?

    var isEmpty: Bool { bytes.isEmpty }

    mutating func append(_ more: [UInt8]) { bytes += more }

    /// The next whole reply; nil while some of it is missing.
    mutating func next() throws(Mistake) -> FleetReply? {
        if head == nil { head = try readHead() }
        guard var head else { return nil }
        guard let length = head.length else { return try nextInChunks(head) }
        if isCountedOnly { return count(length) }
        guard bytes.count >= head.end + length else { return nil }
        head.reply.body = Array(bytes[head.end..<head.end + length])
        take(head.end + length)
        return head.reply
    }

    /// Takes what there is of a body of that length.
    private mutating func count(_ length: Int) -> FleetReply? {
        guard var head else { return nil }
        let piece = bytes[head.end...].prefix(length - head.reply.byteCount)
        head.reply.byteCount += piece.count
        head.reply.body += piece.prefix(max(Self.keptBytes - head.reply.body.count, 0))
        let isWhole = head.reply.byteCount == length
        take(head.end + piece.count)
        head.end = 0
        if !isWhole { self.head = head }
        return isWhole ? head.reply : nil
    }

    private mutating func take(_ count: Int) {
        if bytes.count == count { bytes.removeAll(keepingCapacity: true) } else { bytes.removeFirst(count) }
        head = nil
    }

    private mutating func nextInChunks(_ head: Head) throws(Mistake) -> FleetReply? {
        var reply = head.reply
        var place = head.end
        while let end = lineEnd(from: place) {
            let digits = bytes[place..<end].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "\r") }
            guard let count = Int(String(decoding: digits, as: UTF8.self), radix: 16),
                reply.body.count + count <= Self.maximumBodyBytes
            else { throw Mistake(text: "a chunk without a length") }
            // The chunk and the line's end behind it; trailers are nobody's.
            guard bytes.count >= end + 1 + count + 2 else { return nil }
            reply.body += bytes[end + 1..<end + 1 + count]
            place = end + 1 + count + 2
            if count == 0 {
                take(place)
                return reply
            }
        }
        return nil
    }

    private func lineEnd(from start: Int) -> Int? { bytes[start...].firstIndex(of: UInt8(ascii: "\n")) }

    private func readHead() throws(Mistake) -> Head? {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while let end = lineEnd(from: start) {
            let line = bytes[start..<end].last == UInt8(ascii: "\r") ? bytes[start..<end - 1] : bytes[start..<end]
            start = end + 1
            if line.isEmpty { return try head(of: lines, end: start) }
            lines.append(line)
        }
        if bytes.count > Self.maximumHeadBytes { throw Mistake(text: "a head without an end") }
        return nil
    }

    private func head(of lines: [ArraySlice<UInt8>], end: Int) throws(Mistake) -> Head {
        let words = lines.first?.split(separator: UInt8(ascii: " "), maxSplits: 2) ?? []
        guard words.count >= 2, words[0].starts(with: "HTTP/1.".utf8), let status = Int(String(decoding: words[1], as: UTF8.self))
        else { throw Mistake(text: "no reply of HTTP/1") }
        var head = Head(reply: FleetReply(status: status, body: []), length: 0, end: end)
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            // Only these begin like those that count.
            guard let first = line.first, "cCtTrR".utf8.contains(first) else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            var value: String { String(decoding: line[(colon + 1)...], as: UTF8.self).filter { $0 != " " }.lowercased() }
            switch name {
            case "content-length":
                guard let length = Int(value), length >= 0, isCountedOnly || length <= Self.maximumBodyBytes else {
                    throw Mistake(text: "a length of \(value)")
                }
                head.length = length
            case "transfer-encoding": head.length = nil
            case "connection": head.reply.isLast = value == "close"
            case "retry-after": head.reply.retryAfter = Int(value).map { .seconds($0) }
            default: break
            }
        }
        return head
    }
}
