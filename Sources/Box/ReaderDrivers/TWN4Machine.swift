import Base

extension ReaderDriver {
    /// Elatec TWN4 with the Simple Protocol firmware.
    public static let twn4 = ReaderDriver(
        name: "twn4", deviceName: "TWN4", usualBaud: 9600, reportsReads: false, absence: CardPresence.minimumAbsence,
        patience: (TWN4Machine.resynchronisingTime + TWN4Machine.responseTimeout) * 3
    ) { _ in TWN4Machine() }
}

/// The host's side of an Elatec TWN4 with the Simple Protocol firmware, in its ASCII form without CRC ("TWN4 Simple
/// Protocol", DocRev17): a request of hexadecimal digits and CR, answered by an error code, then data, then CR.
///
/// After a request that fails, the line is brought back into step; setting the reader up anew is to ask it who it is.
public struct TWN4Machine: ReaderMachine {
    /// From the end of a search to the next one.
    public static let pollInterval = Duration.milliseconds(20)
    /// A search for tags of all kinds takes some 100 ms, twice that where low and high frequency take turns.
    public static let responseTimeout = Duration.seconds(1)
    /// Answers to what went before have come within this time after a CR.
    public static let resynchronisingTime = Duration.milliseconds(100)
    /// The longest answer, a version of 255 characters, as digits.
    private static let maximumLength = 2 * 257

    private enum Request: String {
        /// GetVersionString, of at most 255 characters.
        case version = "0004FF"
        /// SearchTag, for a number of at most `Tag.maximumLength` bytes.
        case search = "050010"
    }

    private enum Phase {
        /// Answers are ignored until the line is in step; then comes the request.
        case resynchronising(Request)
        case response(Request)
        case betweenPolls
    }

    private var dialogue = ReaderDialogue<Phase>()
    private var version = ""
    private var line: [UInt8] = []
    private var presence = CardPresence()

    public init() {}

    public var nextDeadline: Instant? { dialogue.deadline }

    public mutating func handle(_ input: DeviceEvent, now: Instant) -> [CardReaderOutput] {
        switch input {
        case .opened: return resynchronise(before: .version, now)
        case .closed:
            close()
            return []
        case .timer: return timeOut(now)
        case .bytes(let bytes): return bytes.flatMap { receive($0, now) }
        }
    }

    private mutating func timeOut(_ now: Instant) -> [CardReaderOutput] {
        switch dialogue.overdue(at: now) {
        case nil: []
        case .betweenPolls: send(.search, now)
        case .resynchronising(let request): send(request, now)
        case .response(let request): fail(request, "no answer in \(Self.responseTimeout.wholeMilliseconds) ms", now)
        }
    }

    private mutating func receive(_ byte: UInt8, _ now: Instant) -> [CardReaderOutput] {
        guard byte == UInt8(ascii: "\r") else {
            // What is longer is no answer: its end is of no use.
            if line.count <= Self.maximumLength { line.append(byte) }
            return []
        }
        defer { line = [] }
        guard case .response(let request) = dialogue.phase else { return [] }
        let digits = line.compactMap(hexadecimalValue)
        guard digits.count == line.count, digits.count.isMultiple(of: 2), line.count <= Self.maximumLength, !line.isEmpty else {
            return fail(request, "an answer that is not hexadecimal; the reader needs the Simple Protocol firmware", now)
        }
        let answer = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        guard answer[0] == 0 else { return fail(request, "request refused with error \(hexadecimal(answer.prefix(1)))", now) }
        return finish(request, answer.dropFirst(), now)
    }

    private mutating func finish(_ request: Request, _ data: ArraySlice<UInt8>, _ now: Instant) -> [CardReaderOutput] {
        switch request {
        case .version:
            guard let length = data.first, data.count == Int(length) + 1 else { return fail(request, "version is torn", now) }
            version = String(decoding: data.dropFirst(), as: UTF8.self)
            return send(.search, now)
        case .search:
            guard let tag = Tag(data) else { return fail(request, "tag data is torn", now) }
            return finishPoll(tag, now)
        }
    }

    private mutating func finishPoll(_ tag: Tag, _ now: Instant) -> [CardReaderOutput] {
        dialogue.expect(.betweenPolls, until: now + Self.pollInterval)
        let readiness: [CardReaderOutput] = dialogue.succeeded() ? [.ready(version)] : []
        switch tag {
        case .emptyField: return readiness + presence.found(nil, at: now)
        case .card(let uid): return readiness + presence.found(uid, at: now)
        case .unreadable: return readiness + presence.foundUnreadable(at: now)
        }
    }

    private mutating func fail(_ request: Request, _ reason: String, _ now: Instant) -> [CardReaderOutput] {
        presence.interrupted()
        switch dialogue.failed() {
        case .repeatCommand: return [.aborted] + resynchronise(before: request, now)
        case .setUpAnew: return [.recovering(reason: reason)] + resynchronise(before: .version, now)
        case .reopenPort:
            close()
            return [.reopen(reason: reason)]
        }
    }

    /// A CR ends whatever the reader took for a beginning.
    private mutating func resynchronise(before request: Request, _ now: Instant) -> [CardReaderOutput] {
        dialogue.expect(.resynchronising(request), until: now + Self.resynchronisingTime)
        return [.write([UInt8(ascii: "\r")])]
    }

    private mutating func send(_ request: Request, _ now: Instant) -> [CardReaderOutput] {
        dialogue.expect(.response(request), until: now + Self.responseTimeout)
        line = []
        return [.write(Array("\(request.rawValue)\r".utf8))]
    }

    private mutating func close() {
        dialogue.close()
        line = []
        presence.interrupted()
    }
}

/// The result of a SearchTag.
private enum Tag {
    /// Bytes of a number.
    static let maximumLength = 16

    case emptyField
    case card(uid: [UInt8])
    /// A tag without a number, or with a longer one than was asked for.
    case unreadable

    /// Nil when `data`, which follows the error code, is no such result: the line has no checksum, so that bytes which are missing
    /// or too many were lost on the way.
    init?(_ data: ArraySlice<UInt8>) {
        switch data.first {
        case 0 where data.count == 1: self = .emptyField
        // Found; the kind of tag, how many bits its number has, how many bytes follow.
        case 1:
            let rest = data.dropFirst(3)
            guard let length = rest.first, rest.count == Int(length) + 1 else { return nil }
            self = (1...Self.maximumLength).contains(Int(length)) ? .card(uid: Array(rest.dropFirst())) : .unreadable
        default: return nil
        }
    }
}
