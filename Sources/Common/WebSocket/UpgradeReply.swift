import COpenSSL

/// The bytes that answer a request.
enum UpgradeReply {
    /// The connection is open (RFC 6455, section 4.2.2).
    static func accepted(key: [UInt8]) -> [UInt8] {
        lines([
            "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Accept: \(acceptance(of: key))",
        ])
    }

    static func refused(_ refusal: UpgradeRefusal) -> [UInt8] {
        refused(status: refusal.status, text: refusal.text, headers: refusal.headers)
    }

    static func refused(status: Int, text: String, headers: [String] = []) -> [UInt8] {
        precondition((400...599).contains(status), "\(status) is no status of a refusal")
        let body = Array("\(text)\n".utf8)
        return lines(
            [
                "HTTP/1.1 \(status) \(phrase(status))", "Content-Type: text/plain; charset=utf-8",
                "Content-Length: \(body.count)", "Connection: close",
            ]
                + (status == 401 ? ["WWW-Authenticate: Bearer"] : []) + headers) + body
    }

    /// `Sec-WebSocket-Accept`: the base64 of the SHA-1 of the key, as it was received, and a constant.
    static func acceptance(of key: [UInt8]) -> String {
        let message = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8
        let size = Int(copenssl_sha1_base64_size)
        let text = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            // It fails only without memory, or when the machine's OpenSSL configuration forbids SHA-1.
            let isMade = unsafe buffer.baseAddress.map { unsafe copenssl_sha1_base64(message, message.count, $0) } ?? false
            precondition(isMade, "libcrypto refuses SHA-1: check the machine's OpenSSL configuration and its memory")
            count = size - 1
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 426: "Upgrade Required"
        case 431: "Request Header Fields Too Large"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        // May be empty (RFC 9112, section 4).
        default: ""
        }
    }

    private static func lines(_ lines: [String]) -> [UInt8] {
        Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
