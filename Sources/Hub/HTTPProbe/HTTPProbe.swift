import CCurl

/// One exchange over HTTP or HTTPS while the caller waits, by libcurl: for a command that tries an installation. Redirects are reported, not
/// followed.
public struct HTTPProbe: Sendable {
    public var url: String
    /// Posted as JSON where there is one, else the request is a GET.
    public var body: [UInt8]?
    /// Names and values without line breaks.
    public var headers: [(name: String, value: String)] = []
    /// Of the whole exchange.
    public var timeout = Duration.seconds(10)
    /// A PEM file of the authorities to trust; nil for the system's.
    public var authorities: String?

    public init(_ url: String, body: [UInt8]? = nil, headers: [(name: String, value: String)] = [], authorities: String? = nil) {
        (self.url, self.body, self.headers, self.authorities) = (url, body, headers, authorities)
    }

    /// What came back.
    public struct Answer: Sendable {
        public var status: Int
        /// `1.1`, `2`; empty where libcurl does not say.
        public var version: String
        /// Names in lower case.
        public var headers: [(name: String, value: String)]
        /// As far as its first 64 KiB.
        public var body: [UInt8]
        public var peerAddress: String
        /// The server's certificate in PEM; nil without TLS.
        public var certificate: String?

        /// The first header of the name, which is in lower case.
        public subscript(header: String) -> String? { headers.first { $0.name == header }?.value }

        /// Whether the other end is this machine under an address that only this machine has.
        public var isFromLoopback: Bool { peerAddress == "::1" || peerAddress.hasPrefix("127.") }
    }

    /// Why nothing came back.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        /// The server's certificate was not accepted.
        public var isCertificate: Bool
        /// In libcurl's words.
        public var description: String
    }

    public func run() throws(Failure) -> Answer {
        guard let handle = unsafe curl_easy_init() else { throw Failure(isCertificate: false, description: "no memory") }
        defer { unsafe curl_easy_cleanup(handle) }
        var error = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        let reception = Reception()
        let list = unsafe headerList
        defer { unsafe curl_slist_free_all(list) }
        let code = unsafe error.withUnsafeMutableBufferPointer { buffer in
            unsafe ccurl_easy_set_error_buffer(handle, buffer.baseAddress)
            unsafe prepare(handle, list, reception)
            let code = unsafe curl_easy_perform(handle)
            unsafe ccurl_easy_set_error_buffer(handle, nil)
            return code
        }
        guard code == CURLE_OK else {
            let detail = String(decoding: error.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw Failure(
                isCertificate: code == CURLE_PEER_FAILED_VERIFICATION,
                description: detail.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : detail)
        }
        let version = unsafe ccurl_easy_http_version(handle)
        return Answer(
            status: unsafe ccurl_easy_response_code(handle), version: [10: "1.0", 11: "1.1", 20: "2"][version] ?? "",
            headers: reception.headers, body: reception.body,
            peerAddress: unsafe ccurl_easy_peer_address(handle).map { unsafe String(cString: $0) } ?? "",
            certificate: unsafe ccurl_easy_server_certificate(handle).map { unsafe String(cString: $0) })
    }

    private var headerList: UnsafeMutablePointer<curl_slist>? {
        var lines = headers.map { "\($0.name): \($0.value)" }
        if body != nil { lines += ["Content-Type: application/json", "Expect:"] }
        return unsafe lines.reduce(nil) { list, line in unsafe curl_slist_append(list, line) }
    }

    /// - Parameter reception: lives until the exchange has ended.
    private func prepare(
        _ handle: UnsafeMutableRawPointer, _ list: UnsafeMutablePointer<curl_slist>?, _ reception: Reception
    ) {
        let user = unsafe Unmanaged.passUnretained(reception).toOpaque()
        unsafe ccurl_easy_set_url(handle, url)
        unsafe ccurl_easy_set_protocols(handle, "http,https")
        if let body { unsafe ccurl_easy_set_post_copy(handle, body, body.count) }
        unsafe ccurl_easy_set_headers(handle, list)
        unsafe ccurl_easy_set_timeout(handle, Int(timeout / .milliseconds(1)))
        unsafe ccurl_easy_set_tls_floor(handle)
        unsafe ccurl_easy_set_certificate_info(handle)
        if let authorities { unsafe ccurl_easy_set_ca(handle, authorities, nil) }
        unsafe ccurl_easy_set_header_callback(
            handle,
            { bytes, size, count, user in
                guard let user = unsafe user, let bytes = unsafe bytes else { return 0 }
                let line = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: size * count))
                unsafe Unmanaged<Reception>.fromOpaque(user).takeUnretainedValue().takeHeader(line)
                return line.count
            }, user)
        unsafe ccurl_easy_set_write_callback(
            handle,
            { bytes, size, count, user in
                guard let user = unsafe user, let bytes = unsafe bytes else { return 0 }
                let piece = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: size * count))
                unsafe Unmanaged<Reception>.fromOpaque(user).takeUnretainedValue().takeBody(piece)
                return piece.count
            }, user)
    }
}

/// Gathers what libcurl hands over.
private final class Reception {
    private static let maximumBytes = 65536

    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []

    func takeHeader(_ line: [UInt8]) {
        let text = String(decoding: line, as: UTF8.self)
        // Another reply begins: those before were only on its way.
        if text.hasPrefix("HTTP/") { headers = [] }
        guard let colon = text.firstIndex(of: ":"), headers.count < 100 else { return }
        func trimmed(_ part: Substring) -> String {
            String(part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }
        headers.append((trimmed(text[..<colon]).lowercased(), trimmed(text[text.index(after: colon)...])))
    }

    func takeBody(_ piece: [UInt8]) {
        body += piece.prefix(Self.maximumBytes - body.count)
    }
}
