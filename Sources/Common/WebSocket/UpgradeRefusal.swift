import COpenSSL

/// Why a request opens no connection, before its owner is asked.
enum UpgradeRefusal: Error, Hashable {
    case malformed(String)
    /// What is larger than allowed.
    case tooLarge(String)
    case wrongHTTPVersion
    case wrongMethod
    /// A request for a page, as a browser sends it.
    case notWebSocket
    case wrongWebSocketVersion
    case tooManyConnections

    var status: Int {
        switch self {
        case .malformed: 400
        case .tooLarge: 431
        case .wrongHTTPVersion: 505
        case .wrongMethod: 405
        case .notWebSocket, .wrongWebSocketVersion: 426
        case .tooManyConnections: 503
        }
    }

    var text: String {
        switch self {
        case .malformed(let what): "Bad request: \(what)."
        case .tooLarge(let what): "\(what) is too large."
        case .wrongHTTPVersion: "Only HTTP/1.1 is spoken here."
        case .wrongMethod: "Only GET opens a WebSocket."
        case .notWebSocket: "Only WebSocket is spoken here."
        case .wrongWebSocketVersion: "Only version 13 of WebSocket is spoken here."
        case .tooManyConnections: "Too many connections; try again later."
        }
    }

    /// Header lines that belong to the status.
    var headers: [String] {
        switch self {
        case .wrongMethod: ["Allow: GET"]
        // The Upgrade header needs "upgrade" in Connection (RFC 9110, section 7.8).
        case .notWebSocket, .wrongWebSocketVersion:
            ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        case .malformed, .tooLarge, .wrongHTTPVersion, .tooManyConnections: []
        }
    }
}
