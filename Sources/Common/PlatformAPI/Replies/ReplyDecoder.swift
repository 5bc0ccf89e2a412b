import Base
import Fares
import JSON

/// Reads the reply to one request from chunks that may be split anywhere. A list's rows go straight into a
/// `CardListBuilder`; every other reply is short and bounded.
public struct ReplyDecoder: Sendable {
    /// Of every reply but a list's.
    public static let maximumReplyBytes = 65536
    /// Of a list's reply. Its rows are bounded too, by `ReplyReader.maximumRows` and `WireFormat.maximumListBytes`.
    public static let maximumListBytes = 1 << 30

    private let call: PlatformCall
    /// Whether the list replaces the one that is held.
    private let isWholeList: Bool
    private let format: WireFormat
    private let maximumBytes: Int
    private var tokenizer: JSONTokenizer
    private var reader: ReplyReader
    private var received = 0
    /// How the body begins, for the message when it is no JSON at all.
    private var beginning: [UInt8] = []

    public init(for content: PlatformRequest.Content, format: WireFormat) {
        let isIncrement = if case .cardIncrement = content { true } else { false }
        self.init(for: PlatformCall(content), isWholeList: !isIncrement, format: format)
    }

    /// - Parameter isWholeList: of a list, whether it replaces the one that is held.
    public init(for call: PlatformCall, isWholeList: Bool = true, format: WireFormat) {
        (self.call, self.isWholeList, self.format) = (call, isWholeList, format)
        tokenizer = JSONTokenizer(JSONRules(.lenient, maximumTokenBytes: Self.maximumReplyBytes))
        let rows: ReplyReader.Rows =
            switch call {
            case .cardList: .cards(unlisted: format.unlisted)
            case .lineCardList: .lineCards
            case .keys: .keys
            case .heartbeat, .cardCheck, .cardLog, .ticketCheck, .ticketLog, .token: .none
            }
        reader = ReplyReader(rows: rows, format: format)
        maximumBytes = call == .cardList || call == .lineCardList ? Self.maximumListBytes : Self.maximumReplyBytes
    }

    /// Takes the next bytes of the body.
    /// - Throws: An `undecodable` failure as soon as the body cannot become a reply any more.
    public mutating func feed(_ chunk: Span<UInt8>) throws(ExchangeFailure) {
        received += chunk.count
        guard received <= maximumBytes else { throw undecodable("reply is longer than \(maximumBytes) bytes") }
        var index = 0
        while beginning.count < 32, index < chunk.count {
            if !beginning.isEmpty || chunk[index] > UInt8(ascii: " ") { beginning.append(chunk[index]) }
            index += 1
        }
        do throws(JSONError) {
            try tokenizer.feed(chunk, to: &reader)
        } catch {
            throw notJSON(error)
        }
        if reader.isTooLarge {
            var failure = undecodable(
                "the list has more rows than the \(format.maximumListBytes >> 20) MiB that this box has for it: shorten it")
            failure.isTooLarge = true
            throw failure
        }
    }

    public mutating func feed(_ chunk: [UInt8]) throws(ExchangeFailure) {
        try feed(chunk.span)
    }

    /// Says that the body is complete.
    /// - Throws: An `undecodable` failure that names what is missing or wrong.
    public mutating func finish() throws(ExchangeFailure) -> PlatformReply {
        guard received > 0 else { throw undecodable("reply is empty") }
        do throws(JSONError) {
            try tokenizer.finish(to: &reader)
        } catch {
            throw notJSON(error)
        }
        guard reader.isObject else { throw undecodable("reply is not a JSON object") }
        do throws(FieldError) {
            return try reply()
        } catch {
            throw undecodable("in the reply, \(error)")
        }
    }

    /// Fails only for what the box acts on: once `ret_code` says 0, an error would book a ride again.
    private func reply() throws(FieldError) -> PlatformReply {
        let verdict = try verdict()
        let succeeded = verdict.code == 0
        switch call {
        case .heartbeat:
            let reading = succeeded ? HeartbeatReading(reader.fields, timeZone: format.timeZone) : nil
            return .heartbeat(.init(verdict: verdict, orders: reading?.orders))
        case .cardCheck, .ticketCheck:
            return .check(
                .init(verdict: verdict, soundNumber: reader.fields[FieldName.soundNumber].flatMap { LooseInteger.value($0) } ?? 0)
            )
        case .cardLog, .ticketLog:
            return .log(verdict)
        case .cardList, .lineCardList:
            guard succeeded else { return .list(.init(verdict: verdict, version: nil, entries: nil, skipped: 0)) }
            let version = try reader.fields.version(FieldName.listVersion)
            return .list(
                .init(
                    verdict: verdict, version: version, entries: try reader.cards(isWhole: isWholeList),
                    skipped: reader.skippedCards))
        case .keys:
            guard succeeded else { return .keys(verdict, nil) }
            let version = try reader.fields.version(FieldName.keyVersion)
            let (keys, leftOut) = try reader.keys()
            let revoked = reader.fields.optionalText(FieldName.revokedKeyVersion)
            return .keys(verdict, KeyGroup(version: version, keys: keys, revokedVersion: revoked), leftOut: leftOut)
        case .token:
            return .token(verdict, succeeded ? try token() : nil)
        }
    }

    private func verdict() throws(FieldError) -> PlatformReply.Verdict {
        let message = reader.fields[FieldName.returnMessage] ?? ""
        // The token call is not printed: a bare token will do.
        if call == .token, reader.fields[FieldName.returnCode] == nil,
            reader.fields.optionalText(format.tokenCall.tokenField) != nil
        {
            return .init(code: 0, message: message)
        }
        return .init(code: try reader.fields.integer(FieldName.returnCode), message: message)
    }

    private func token() throws(FieldError) -> PlatformReply.Token {
        let names = format.tokenCall
        guard let text = reader.fields.optionalText(names.tokenField) else { throw .missing(names.tokenField) }
        var token = PlatformReply.Token(text: text, expiresInSeconds: Self.usualTokenSeconds)
        guard let lifetime = reader.fields.optionalText(names.expiresInField) else { return token }
        if let seconds = Double(lifetime), seconds >= 1 {
            token.expiresInSeconds = Int(min(seconds, Self.longestTokenSeconds))
        } else {
            token.oddLifetime = .odd(
                names.expiresInField, lifetime, "should be a number of seconds above 0; taken for \(Self.usualTokenSeconds)")
        }
        return token
    }

    private static let usualTokenSeconds = 3600
    /// A year; a longer life is as good as for ever.
    private static let longestTokenSeconds = 365.0 * 86400

    private func notJSON(_ error: JSONError) -> ExchangeFailure {
        guard reader.hasBegun || beginning.isEmpty else {
            let start = String(
                String.UnicodeScalarView(
                    beginning.map { byte in
                        (0x20...0x7E).contains(byte) ? Unicode.Scalar(byte) : "."
                    }))
            return undecodable(
                "reply is not JSON: starts with \"\(start)\"; check platform.base_url, and whether the network wants a login")
        }
        return undecodable("reply is not JSON: \(error)")
    }

    private func undecodable(_ text: String) -> ExchangeFailure {
        ExchangeFailure(.undecodable, "\(format.name(call)): \(text)")
    }
}
