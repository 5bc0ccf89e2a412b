import Base
import JSON

@testable import ReadEvents

extension FuzzTarget {
    /// Lines as texts of a client of the read-event interface: each is answered once, in JSON, with its own id; what was
    /// understood says the same when it is written anew; and at last the client gets the events that it has asked for.
    static let readEventRequest = FuzzTarget(name: "read-event-request") { input in
        let client: ClientID = 7
        let moment = Moment(instant: Instant(nanoseconds: 1_000_000_000), system: WallTime(seconds: 1_700_000_000))
        var service = ReadEventService()
        _ = service.handle(.opened(client), at: moment)
        _ = service.handle(.devices(["gate", "yard"]), at: moment)
        for text in input.split(separator: UInt8(ascii: "\n")) {
            let outputs = service.handle(.text(client, Array(text)), at: moment)
            try check(outputs, of: Array(text), to: client)
        }
        let query = #"{"requestID":"q","requestType":2,"pageSize":1000}"#
        guard case .send(let answer, _)? = service.handle(.text(client, Array(query.utf8)), at: moment).first,
            let devices = try JSONValue(parsing: answer)["data"]?["deviceID"]?.array?.compactMap(\.string)
        else { throw BrokenProperty(description: "a query without an answer") }
        for device in Set(devices + ["gate", "yard"]) {
            let event = ReadEvent(
                kind: .read, id: UniqueID(high: 1, low: 2), tid: [1], reader: SourceIndex(0), firstRead: moment.system,
                lastRead: moment.system, timeout: .zero)
            let told = service.handle(.events([DeviceReadEvent(device: device, event: event)]), at: moment)
            try require(told.count == (devices.contains(device) ? 1 : 0), "\(device) of \(devices): \(told)")
        }
        _ = service.handle(.closed(client), at: moment)
        try require(service.connectionCount == 0, "a connection that stays")
    }

    /// The one answer to a text, or none to a pong.
    private static func check(_ outputs: [ReadEventService.Output], of text: [UInt8], to client: ClientID) throws {
        var replies: [JSONValue] = []
        for output in outputs {
            guard case .send(let bytes, [client]) = output else { throw BrokenProperty(description: "\(output)") }
            replies.append(try JSONValue(parsing: bytes))
        }
        do throws(RequestFault) {
            switch try ClientMessage(parsing: text) {
            case .pong: try broken(!replies.isEmpty, "a pong is answered with \(replies)")
            case .ping(let value): try broken(replies != [.object(["pong": value])], "a ping is answered with \(replies)")
            case .request(let request):
                try broken(replies.count != 1 || replies[0]["responseID"]?.string != request.id, "\(request): \(replies)")
                let again = try ClientMessage(parsing: written(request))
                try broken(again != .request(request), "\(request) is read back as \(again)")
            }
        } catch {
            try require(error.code != .success && error.requestID.utf8.count <= 64, error.message)
            try require((1...500).contains(error.message.utf8.count), "a message of \(error.message.utf8.count) bytes")
            try require(replies.count == 1 && replies[0]["code"]?.string == error.code.rawValue, "\(error): \(replies)")
        }
    }

    /// An error that no client's text has.
    private static func broken(_ isBroken: Bool, _ property: String) throws(RequestFault) {
        if isBroken { throw RequestFault(.success, property) }
    }

    private static func written(_ request: ReadEventRequest) -> [UInt8] {
        var members: [JSONObject.Member] = [.init(key: "requestID", value: .string(request.id))]
        func add(_ key: String, _ value: JSONValue) { members.append(.init(key: key, value: value)) }
        switch request.action {
        case .subscribe(let devices), .unsubscribe(let devices):
            if case .subscribe = request.action { add("requestType", 1) } else { add("requestType", 0) }
            add("deviceID", .array(devices.map { .string($0) }))
        case .query(let page):
            add("requestType", 2)
            add("pageSize", .int(page.size))
            add("pageNo", .int(page.number))
        }
        return JSONValue.object(JSONObject(members)).bytes
    }

    /// A file of tokens: each line's token opens the interface and nothing near it does, comments and blanks change nothing, and
    /// what is told of a bad file shows nothing of it.
    static let accessTokens = FuzzTarget(name: "access-tokens") { input in
        let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let tokens = lines.map { line in Array(line.filter { ![0x20, 0x09, 0x0D].contains($0) }) }
            .filter { !$0.isEmpty && $0[0] != UInt8(ascii: "#") }
        do throws(AccessTokensError) {
            let access = try AccessTokens(file: input)
            let embellished = [Array("# comment".utf8), []] + tokens.map { [0x09] + $0 + [0x20, 0x0D] }
            let again = try AccessTokens(file: Array(embellished.joined(separator: [UInt8(ascii: "\n")])))
            guard again == access else { throw .unusable(line: 0, reason: "comments and blanks make a difference") }
            for token in tokens {
                let changed = token.dropLast() + [(token.last ?? 0) ^ 1]
                let isIn = access.admit { $0 == "sec-websocket-key" ? token : nil }
                let bearer = access.admit { $0 == "authorization" ? Array("bearer ".utf8) + token : nil }
                let isNear = access.admit { $0 == "x-subject-token" ? Array(changed) : nil }
                guard isIn, bearer, isNear == tokens.contains(Array(changed)) else {
                    throw .unusable(line: 0, reason: "\(token) does not open, or \(changed) does")
                }
            }
        } catch {
            guard case .unusable(let line, let reason) = error else { return }
            try require((1...lines.count).contains(line), "line \(line) of \(lines.count): \(reason)")
            try require("\(error)".utf8.count <= 200, "a message of \("\(error)".utf8.count) bytes")
        }
    }
}
