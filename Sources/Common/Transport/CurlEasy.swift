import Base
import CCurl

/// libcurl's easy handle: one transfer's options while it runs, and what is known of it.
@safe struct CurlEasy: ~Copyable {
    /// What is received at once is decompressed at once, to a thousand times as much in the worst case.
    private static let bulkBufferSize = 4096
    /// More than any short reply: once a buffer has overflowed, libcurl 7.88 forgets to go on with streams that share the
    /// connection (HTTP/2). Memory is used as far as it is filled.
    private static let bufferSize = 131_072

    /// Connections that are made together share a look-up; the attempt after one that failed looks again.
    private static let addressSeconds = 1

    let handle: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private let headers: UnsafeMutablePointer<curl_slist>?

    /// A day: an address or a certificate that has changed is seen by then.
    private static let maximumConnectionAge = 86400

    /// `number` names the transfer when it has ended.
    init(_ request: HTTPRequest, number: UInt, tls: TLSFiles) {
        guard let handle = unsafe curl_easy_init() else { preconditionFailure("libcurl: no memory") }
        unsafe self.handle = unsafe handle
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        unsafe headers = Self.headerList(request)

        unsafe Self.set(ccurl_easy_set_number(handle, number))
        unsafe Self.set(ccurl_easy_set_error_buffer(handle, errorText))
        unsafe Self.set(ccurl_easy_set_url(handle, request.url))
        unsafe Self.set(ccurl_easy_set_protocols(handle, "http,https"))
        unsafe Self.set(ccurl_easy_set_post_copy(handle, request.body, request.body.count))
        unsafe Self.set(ccurl_easy_set_headers(handle, headers))
        // Not brotli or zstd: their windows take up to 16 and 128 MB, these two's 32 KB.
        if request.acceptsCompression { unsafe Self.set(ccurl_easy_set_accept_encoding(handle, "gzip, deflate")) }
        unsafe Self.set(ccurl_easy_set_buffer_size(handle, request.isBulk ? Self.bulkBufferSize : Self.bufferSize))
        if request.isBulk { unsafe Self.set(ccurl_easy_set_http_1_1(handle)) }
        unsafe Self.set(ccurl_easy_set_suppress_connect_headers(handle))
        // The client's own deadline ends the wait. Half of this one is for the first of a name's addresses, so that a second is
        // tried before: by libcurl from 8.4 on. Before, it looks at the second only when this time is over (curl issue 11920), so
        // the next attempt begins with another one.
        unsafe Self.set(
            ccurl_easy_set_connect_timeout(handle, Int(clamping: max(request.connectTimeout.wholeMilliseconds, 1) * 3 / 2)))
        unsafe Self.set(ccurl_easy_set_shuffled_addresses(handle, Self.addressSeconds))
        unsafe Self.set(ccurl_easy_set_tcp_keepalive(handle))
        unsafe Self.set(ccurl_easy_set_quick_exit(handle))
        unsafe Self.set(ccurl_easy_set_max_connection_age(handle, Self.maximumConnectionAge))
        // Only TLS tells with the handshake whether a server speaks HTTP/2; else the wait would be for a whole reply.
        if request.isEncrypted { unsafe Self.set(ccurl_easy_set_wait_for_multiplexing(handle)) }
        unsafe Self.set(ccurl_easy_set_tls_floor(handle))
        // Many servers send a reply without a length and hang up. Whether it is whole, its JSON says.
        unsafe Self.set(ccurl_easy_set_bare_end(handle))
        unsafe Self.set(ccurl_easy_set_certificate_info(handle))
        if let file = tls.authorities {
            unsafe Self.set(ccurl_easy_set_ca(handle, file, nil))
        } else {
            unsafe Self.set(ccurl_easy_set_ca(handle, nil, TLSFiles.systemAuthorities))
        }
        if let identity = tls.identity {
            unsafe Self.set(ccurl_easy_set_client_certificate(handle, identity.certificate, identity.key))
        }
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(headers)
        unsafe errorText.deallocate()
    }

    /// Hands the reply to `transfer`, which owns this handle and so outlives it.
    func deliver(to transfer: HTTPTransfer) {
        let user = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        unsafe Self.set(
            ccurl_easy_set_header_callback(
                handle,
                { _, size, count, user in
                    guard let user = unsafe user else { return 0 }
                    let transfer = unsafe Unmanaged<HTTPTransfer>.fromOpaque(user).takeUnretainedValue()
                    MainActor.assumeIsolated { transfer.receivedHeader() }
                    return size * count
                }, user))
        unsafe Self.set(
            ccurl_easy_set_write_callback(
                handle,
                { bytes, size, count, user in
                    guard let user = unsafe user, let bytes = unsafe bytes else { return 0 }
                    let transfer = unsafe Unmanaged<HTTPTransfer>.fromOpaque(user).takeUnretainedValue()
                    // libcurl keeps the bytes, and whatever else it has decompressed, for `goOn`.
                    guard MainActor.assumeIsolated({ transfer.takesMore() }) else { return Int(CURL_WRITEFUNC_PAUSE) }
                    let body = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: size * count))
                    // Any other count than all makes libcurl end the transfer.
                    return MainActor.assumeIsolated { transfer.receivedBody(body) } == .proceed ? body.count : 0
                }, user))
    }

    /// Lifts the pause after which libcurl hands over what it has kept, from within this call, and then receives more.
    func goOn() -> CURLcode { unsafe curl_easy_pause(handle, CURLPAUSE_CONT) }

    /// 0 before the status line.
    var status: Int { unsafe ccurl_easy_response_code(handle) }
    var contentType: String? { unsafe Self.text(ccurl_easy_content_type(handle)) }
    /// In seconds; 0 when the reply does not ask to wait.
    var retryAfterSeconds: Int64 { unsafe Int64(ccurl_easy_retry_after(handle)) }
    /// The absolute form of a redirect's `Location`.
    var redirect: String? { unsafe Self.text(ccurl_easy_redirect_url(handle)) }

    /// libcurl's own words about a failure; may be empty.
    var errorDetail: String { unsafe String(cString: errorText) }
    /// `errno` of the last failed connect; 0 for none.
    var connectError: Int32 { unsafe Int32(truncatingIfNeeded: ccurl_easy_os_errno(handle)) }
    /// OpenSSL's `X509_V_ERR_...` for the server's certificate; 0 for none.
    var verifyResult: Int { unsafe ccurl_easy_verify_result(handle) }
    var isNameResolved: Bool { unsafe ccurl_easy_name_lookup_time(handle) > 0 }
    /// Connected, TLS included.
    var isConnected: Bool { unsafe ccurl_easy_pretransfer_time(handle) > 0 }
    /// Whether no connection was made for it.
    var usesEarlierConnection: Bool { unsafe ccurl_easy_new_connections(handle) == 0 }
    /// Bytes of the body so far, as they were sent: not yet decompressed.
    var received: Int { unsafe Int(clamping: ccurl_easy_received(handle)) }
    /// In PEM; nil unless this transfer made its connection, with TLS.
    var serverCertificate: String? { unsafe Self.text(ccurl_easy_server_certificate(handle)) }

    private static func set(_ code: CURLcode) {
        precondition(code == CURLE_OK, "libcurl: option refused, code \(code.rawValue)")
    }

    private static func text(_ text: UnsafePointer<CChar>?) -> String? {
        unsafe text.map { unsafe String(cString: $0) }
    }

    private static func headerList(_ request: HTTPRequest) -> UnsafeMutablePointer<curl_slist>? {
        // An empty Expect keeps libcurl from waiting for "100 Continue" before a large body.
        var lines = ["Content-Type: \(request.contentType)", "Expect:"]
        lines += request.headers.map { "\($0.name): \($0.value)" }
        return unsafe lines.reduce(nil) { list, line in unsafe curl_slist_append(list, line) }
    }
}
