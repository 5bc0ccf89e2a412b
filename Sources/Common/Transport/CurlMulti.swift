import CCurl

/// libcurl's multi handle: the transfers under way, and the connections kept for the next ones.
@safe struct CurlMulti: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    /// libcurl holds a pointer to it for as long as the handle lives.
    private let reactor: CurlReactor

    /// No certificate is read before the first connection that needs it. `connections` is how many there are to one host, and
    /// how many are kept, at most.
    init(reactor: CurlReactor, connections: Int) {
        guard Self.isLibraryReady, let handle = unsafe curl_multi_init() else { preconditionFailure("libcurl: no memory") }
        unsafe self.handle = unsafe handle
        self.reactor = reactor
        let user = unsafe Unmanaged.passUnretained(reactor).toOpaque()
        _ = unsafe ccurl_multi_set_socket_callback(
            handle,
            { _, socket, interest, user, _ in
                guard let user = unsafe user else { return 0 }
                let reactor = unsafe Unmanaged<CurlReactor>.fromOpaque(user).takeUnretainedValue()
                MainActor.assumeIsolated { reactor.watch(socket, interest) }
                return 0
            }, user)
        _ = unsafe ccurl_multi_set_timer_callback(
            handle,
            { _, milliseconds, user in
                guard let user = unsafe user else { return 0 }
                let reactor = unsafe Unmanaged<CurlReactor>.fromOpaque(user).takeUnretainedValue()
                MainActor.assumeIsolated { reactor.schedule(milliseconds) }
                return 0
            }, user)
        _ = unsafe ccurl_multi_set_max_connects(handle, connections)
        _ = unsafe ccurl_multi_set_max_host_connections(handle, connections)
    }

    /// Closes the connections; the reactor hears of each before. No transfer may be left.
    deinit { _ = unsafe curl_multi_cleanup(handle) }

    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    func add(_ easy: borrowing CurlEasy) {
        let code = unsafe curl_multi_add_handle(handle, easy.handle)
        precondition(code == CURLM_OK, "libcurl: cannot start a transfer, code \(code.rawValue)")
    }

    func remove(_ easy: borrowing CurlEasy) {
        let code = unsafe curl_multi_remove_handle(handle, easy.handle)
        precondition(code == CURLM_OK, "libcurl: cannot end a transfer, code \(code.rawValue)")
    }

    /// Lets libcurl do what it can without waiting.
    func act(_ cause: CurlReactor.Cause) {
        switch cause {
        case .socket(let socket, let readiness): _ = unsafe ccurl_multi_socket_ready(handle, socket, readiness)
        case .timer: _ = unsafe ccurl_multi_timer_fired(handle)
        }
    }

    /// The next transfer that has ended: its number and how.
    func nextEnded() -> (number: UInt, result: CURLcode)? {
        var result = CURLE_OK
        guard let easy = unsafe ccurl_multi_next_ended(handle, &result) else { return nil }
        return unsafe (ccurl_easy_number(easy), result)
    }
}
