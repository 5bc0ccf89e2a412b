/// Finds cards in what a reader sends, however it is cut up: frames that begin with STX, and lines of text.
///
/// Frames are looked for only while `content` is automatic: who says how the lines hold a number has a reader of lines,
/// and STX and ETX around them are passed over like blanks. It holds back at most one unfinished line.
struct ASCIILineParser: Sendable {
    enum Item: Hashable, Sendable {
        case card(uid: [UInt8])
        case garbage(reason: String)
    }

    /// No line that holds a card is longer.
    static let maximumLength = 64

    private enum State {
        case text, frame
        /// The rest of a line that was given up.
        case skipping
    }

    private let terminator: [UInt8]
    private let content: CardReaderSettings.LineContent
    private var state = State.text
    private var buffer: [UInt8] = []
    private var sendsFiveBytes = false

    init(terminator: [UInt8], content: CardReaderSettings.LineContent) {
        precondition(!terminator.isEmpty, "a line needs an end")
        self.terminator = terminator
        self.content = content
    }

    /// Whether a line has begun and not ended.
    var isUnfinished: Bool { state != .text || !ASCIILineText.trimmed(buffer[...]).isEmpty }

    /// What is complete with `bytes`.
    mutating func items(in bytes: [UInt8]) -> [Item] {
        bytes.compactMap { take($0) }
    }

    /// Gives up a line whose rest was waited for in vain; nil if it counts as garbage already.
    mutating func giveUp() -> Item? {
        let isNews = state != .skipping && isUnfinished
        begin(.text)
        return isNews ? .garbage(reason: "a line that breaks off") : nil
    }

    /// Passes over what may be the rest of a line whose beginning was not heard.
    mutating func skipLine() {
        begin(.skipping)
    }

    private mutating func begin(_ state: State) {
        self.state = state
        buffer = []
    }

    private mutating func take(_ byte: UInt8) -> Item? {
        if state != .frame, content == .automatic, byte == ASCIILineFrame.start {
            let torn = giveUp()
            begin(.frame)
            return torn
        }
        buffer.append(byte)
        switch state {
        case .frame: return frame()
        case .text: return text()
        case .skipping:
            begin(byte == ASCIILineFrame.end || byte == terminator.last ? .text : .skipping)
            return nil
        }
    }

    private mutating func frame() -> Item? {
        switch ASCIILineFrame(buffer) {
        case .unfinished: return nil
        case .complete(let uid):
            begin(.text)
            return .card(uid: uid)
        case .invalid(let reason):
            // What made it invalid may itself be the start or the end of a frame.
            let last = buffer.last
            begin(last == ASCIILineFrame.start ? .frame : last == ASCIILineFrame.end ? .text : .skipping)
            return .garbage(reason: reason)
        }
    }

    private mutating func text() -> Item? {
        guard buffer.suffix(terminator.count).elementsEqual(terminator) else {
            // Blanks before a line, such as the zeros of a noisy one, are no part of it, but perhaps of a terminator.
            if !isUnfinished, buffer.count >= terminator.count { buffer.removeFirst() }
            guard buffer.count > Self.maximumLength else { return nil }
            begin(.skipping)
            return .garbage(reason: "more than \(Self.maximumLength) bytes without a line's end")
        }
        let line = ASCIILineText.trimmed(buffer.dropLast(terminator.count))
        begin(.text)
        guard !line.isEmpty else { return nil }
        if let uid = ASCIILineText.uid(line, content, sendsFiveBytes: &sendsFiveBytes) { return .card(uid: uid) }
        let printable = line.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
        return .garbage(reason: "\"\(String(decoding: printable, as: UTF8.self))\", which is no UID")
    }
}
