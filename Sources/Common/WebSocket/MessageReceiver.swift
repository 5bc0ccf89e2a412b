import JSON

/// Makes messages of what a client sends: puts fragments together, and holds it to the rules (RFC 6455, sections 5 to 8).
///
/// Between frames it keeps next to nothing, so that a connection that only listens costs little.
struct MessageReceiver: ~Copyable {
    enum Event: Hashable {
        case text([UInt8])
        case binary([UInt8])
        case ping([UInt8])
        /// The client says goodbye, with its code if it gave one. The last event.
        case close(code: UInt16?)
        /// A message is larger than the limit. The last event.
        case tooLarge
        /// The client broke the rules: the code to close with, and what it did. The last event.
        case violation(code: UInt16, reason: String)
    }

    /// Bytes of one message.
    private let sizeLimit: Int
    private var reader: FrameReader?
    private var hasEnded = false
    /// `text` or `binary` while a message is under way.
    private var kind: Opcode?
    private var message: [UInt8] = []
    private var textCheck = UTF8Validator()
    /// Of a control frame, which may stand between the fragments of a message.
    private var control: [UInt8] = []

    init(sizeLimit: Int) {
        self.sizeLimit = sizeLimit
    }

    /// After a last event, none.
    mutating func receive(_ bytes: [UInt8]) -> [Event] {
        guard !hasEnded, !bytes.isEmpty else { return [] }
        var events: [Event] = []
        var reader = reader.take() ?? FrameReader()
        let outcome = reader.read(bytes) { header, data, place in
            if let event = accept(header, data, place) { events.append(event) }
            return !hasEnded
        }
        switch outcome {
        case .wantsBytes(isBetweenFrames: true): break
        case .wantsBytes: self.reader = consume reader
        case .violation: events.append(fail(CloseCode.protocolError, "a frame of a wrong form"))
        case .stopped: break
        }
        return events
    }

    private mutating func accept(_ header: FrameReader.Header, _ data: Span<UInt8>, _ place: FrameReader.Place) -> Event? {
        guard let opcode = Opcode(rawValue: header.opcode) else {
            return fail(CloseCode.protocolError, "a frame of unknown kind \(header.opcode)")
        }
        if place.isFirst, let event = begin(header, opcode) { return event }
        if opcode.isControl {
            unsafe data.withUnsafeBufferPointer { bytes in unsafe control.append(contentsOf: bytes) }
            return place.isLast ? finishControl(opcode) : nil
        }
        if let event = append(data) { return event }
        return place.isLast && header.isFinal ? finishMessage() : nil
    }

    /// What a frame's header may be wrong about.
    private mutating func begin(_ header: FrameReader.Header, _ opcode: Opcode) -> Event? {
        guard header.isMasked else { return fail(CloseCode.protocolError, "a frame without a mask") }
        guard header.reservedBits == 0 else { return fail(CloseCode.protocolError, "reserved bits without an extension") }
        switch opcode {
        case .close, .ping, .pong: return nil
        case .text, .binary:
            guard kind == nil else { return fail(CloseCode.protocolError, "a new message within another") }
            kind = opcode
        case .continuation:
            guard kind != nil else { return fail(CloseCode.protocolError, "a continuation of nothing") }
        }
        guard header.payloadLength <= UInt64(sizeLimit - message.count) else {
            end()
            return .tooLarge
        }
        return nil
    }

    private mutating func append(_ data: Span<UInt8>) -> Event? {
        if kind == .text {
            for index in data.indices {
                let byte = data[index]
                if byte < 0x80, textCheck.isAtBoundary { continue }
                guard textCheck.accept(byte) else { return fail(CloseCode.invalidPayload, "text that is not UTF-8") }
            }
        }
        unsafe data.withUnsafeBufferPointer { bytes in unsafe message.append(contentsOf: bytes) }
        return nil
    }

    private mutating func finishMessage() -> Event? {
        guard textCheck.isAtBoundary else { return fail(CloseCode.invalidPayload, "text that is not UTF-8") }
        let event: Event = kind == .text ? .text(message) : .binary(message)
        message = []
        kind = nil
        return event
    }

    private mutating func finishControl(_ opcode: Opcode) -> Event? {
        let payload = control
        control = []
        switch opcode {
        case .ping: return .ping(payload)
        case .close: return close(payload)
        default: return nil
        }
    }

    private mutating func close(_ payload: [UInt8]) -> Event {
        guard !payload.isEmpty else {
            end()
            return .close(code: nil)
        }
        guard payload.count >= 2 else { return fail(CloseCode.protocolError, "half a close code") }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard CloseCode.isValid(code) else { return fail(CloseCode.protocolError, "close code \(code)") }
        var check = UTF8Validator()
        guard payload[2...].allSatisfy({ check.accept($0) }), check.isAtBoundary else {
            return fail(CloseCode.invalidPayload, "a close reason that is not UTF-8")
        }
        end()
        return .close(code: code)
    }

    private mutating func fail(_ code: UInt16, _ reason: String) -> Event {
        end()
        return .violation(code: code, reason: reason)
    }

    private mutating func end() {
        hasEnded = true
        message = []
    }
}
