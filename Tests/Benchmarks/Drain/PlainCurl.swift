import CCurl

/// libcurl alone: posts over so many connections as fast as it can, with handles and headers that are made once.
final class PlainCurl {
    private let multi: UnsafeMutableRawPointer
    private var handles: [UnsafeMutableRawPointer] = []
    private let headers: UnsafeMutablePointer<curl_slist>?

    init(connections: Int) throws {
        headers = curl_slist_append(curl_slist_append(nil, "Content-Type: application/json"), "Expect:")
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let multi = curl_multi_init() else {
            throw BenchmarkError("libcurl: no memory")
        }
        self.multi = multi
        _ = ccurl_multi_set_max_connects(multi, connections)
        for _ in 0..<connections {
            guard let handle = curl_easy_init() else { throw BenchmarkError("libcurl: no memory") }
            _ = ccurl_easy_set_headers(handle, headers)
            _ = ccurl_easy_set_write_callback(handle, { _, size, count, _ in size * count }, nil)
            handles.append(handle)
        }
    }

    deinit {
        for handle in handles { curl_easy_cleanup(handle) }
        curl_multi_cleanup(multi)
        curl_slist_free_all(headers)
    }

    /// Returns when all have been answered.
    func post(_ requests: [PostedRequest], to url: String) throws {
        var rest = requests[...]
        func start(_ handle: UnsafeMutableRawPointer) {
            guard let request = rest.popFirst() else { return }
            _ = ccurl_easy_set_url(handle, "\(url)/\(request.call)")
            _ = ccurl_easy_set_post_copy(handle, request.body, request.body.count)
            curl_multi_add_handle(multi, handle)
        }
        for handle in handles { start(handle) }
        var running: Int32 = 1
        while running > 0 {
            curl_multi_perform(multi, &running)
            var result = CURLE_OK
            while let handle = ccurl_multi_next_ended(multi, &result) {
                guard result == CURLE_OK else { throw BenchmarkError("libcurl: \(String(cString: curl_easy_strerror(result)))") }
                curl_multi_remove_handle(multi, handle)
                start(handle)
                running = 1
            }
            curl_multi_poll(multi, nil, 0, 1000, nil)
        }
    }
}
