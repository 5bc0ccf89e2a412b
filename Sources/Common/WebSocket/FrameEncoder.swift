/// The frames that a server sends: whole and unmasked, so that one encoding does for all clients.
enum FrameEncoder {
    /// Of the payload of a close, ping or pong frame.
    static let maximumControlPayload = 125

    static func frame(_ opcode: Opcode, _ payload: [UInt8]) -> [UInt8] {
        precondition(!opcode.isControl || payload.count <= maximumControlPayload, "a control frame of \(payload.count) bytes")
        var frame: [UInt8] = []
        frame.reserveCapacity(payload.count + 10)
        frame.append(0x80 | opcode.rawValue)
        switch payload.count {
        case 0...125: frame.append(UInt8(payload.count))
        case 126...0xFFFF: frame += [126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            frame.append(127)
            frame += stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: payload.count >> $0) }
        }
        frame += payload
        return frame
    }

    /// Without a code, a frame without payload.
    static func close(_ code: UInt16?, reason: String = "") -> [UInt8] {
        guard let code else { return frame(.close, []) }
        return frame(.close, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason.utf8)
    }
}
