@testable import WebSocket

extension FuzzTarget {
    /// The first bytes of a client of the read-event interface: the same request or refusal however they arrive, and what was
    /// accepted is plain HTTP that says the same when it is written anew.
    static let upgradeRequest = FuzzTarget(name: "upgrade-request") { input in
        let outcomes = input.arrivals.map { upgrade($0) }
        for outcome in outcomes {
            try require(outcome == outcomes[0], "\(outcome) came of bytes cut up, \(outcomes[0]) of all at once")
        }
        switch outcomes[0] {
        case .incomplete: break
        case .refusal(let refusal):
            try require((400...599).contains(refusal.status), "status \(refusal.status)")
            let reply = String(decoding: UpgradeReply.refused(refusal), as: UTF8.self)
            try require(reply.hasPrefix("HTTP/1.1 \(refusal.status) ") && reply.utf8.count < 1000, reply)
        case .request(let request, let rest):
            try require(request.path.hasPrefix("/") && (1...4096).contains(request.keyReadings[0].nonce.count), "\(request)")
            try require(input.suffix(rest.count) == rest[...], "what follows the request is lost")
            var head = Array("GET \(request.path)\(request.query.map { "?\($0)" } ?? "") HTTP/1.1\r\n".utf8)
            for header in request.headers { head += Array("\(header.name):".utf8) + header.value + Array("\r\n".utf8) }
            head += Array("\r\n".utf8)
            try require(head.count { $0 == 0x0A } == request.headers.count + 2, "a line's end within a line")
            try require(upgrade([head]) == .request(request, rest: []), "\(request) is not read back")
            try require(UpgradeReply.acceptance(of: request.keyReadings[0].nonce).utf8.count == 28, "not the base64 of a SHA-1")
        }
    }

    private static func upgrade(_ chunks: [[UInt8]]) -> UpgradeParser.Outcome {
        var parser = UpgradeParser()
        for (index, chunk) in chunks.enumerated() {
            switch parser.receive(chunk) {
            case .incomplete: break
            case .refusal(let refusal): return .refusal(refusal)
            case .request(let request, let rest):
                return .request(request, rest: rest + chunks[(index + 1)...].flatMap { $0 })
            }
        }
        return .incomplete
    }

    /// A client's frames: the same messages however they arrive, bounded, texts in UTF-8, nothing after the end; and what was
    /// received is received again when it is sent anew.
    static let webSocketMessages = FuzzTarget(name: "websocket-messages") { input in
        let found = try input.arrivals.map { try messages($0) }
        for events in found {
            try require(events == found[0], "\(events) came of bytes cut up, \(found[0]) of all at once")
        }
        for event in found[0].dropLast() { try require(!isLast(event), "\(event) is not the last") }
        var sent: [UInt8] = []
        var expected: [MessageReceiver.Event] = []
        for event in found[0] {
            switch event {
            case .text(let bytes):
                try require(bytes.count <= sizeLimit && String(validating: bytes, as: UTF8.self) != nil, "text \(bytes)")
                sent += masked(.text, bytes)
            case .binary(let bytes):
                try require(bytes.count <= sizeLimit, "a message of \(bytes.count) bytes")
                sent += masked(.binary, bytes)
            case .ping(let bytes):
                try require(bytes.count <= FrameEncoder.maximumControlPayload, "a ping of \(bytes.count) bytes")
                sent += masked(.ping, bytes)
            case .close(let code): sent += masked(.close, code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? [])
            case .violation(let code, let reason):
                try require(CloseCode.isValid(code) && !reason.isEmpty, "\(event)")
                continue
            case .tooLarge: continue
            }
            expected.append(event)
        }
        let again = try messages([sent])
        try require(again == expected, "\(expected) is read back as \(again)")
    }

    private static let sizeLimit = 64

    private static func messages(_ chunks: [[UInt8]]) throws -> [MessageReceiver.Event] {
        var receiver = MessageReceiver(sizeLimit: sizeLimit)
        var events: [MessageReceiver.Event] = []
        for chunk in chunks { events += receiver.receive(chunk) }
        if let last = events.last, isLast(last) {
            try require(receiver.receive(masked(.ping, [7])).isEmpty, "something follows \(last)")
        }
        return events
    }

    private static func isLast(_ event: MessageReceiver.Event) -> Bool {
        switch event {
        case .text, .binary, .ping: false
        case .close, .tooLarge, .violation: true
        }
    }

    /// A client's frame.
    private static func masked(_ opcode: Opcode, _ payload: [UInt8]) -> [UInt8] {
        let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        var head = FrameEncoder.frame(opcode, payload).dropLast(payload.count)
        head[1] |= 0x80
        return head + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }
}
