import Glibc

/// The proxy that the environment names for a URL, found as libcurl finds it (curl(1), ENVIRONMENT). For messages: `no_proxy`,
/// which libcurl heeds, may pass it by.
struct EnvironmentProxy {
    /// What names it, for instance `https_proxy`.
    let variable: String
    /// Its host and port.
    let authority: String

    init?(for url: String) {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        // Not HTTP_PROXY, which a web server sets from a request's "Proxy" header.
        let variables = scheme == "https" ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
        for variable in variables + ["all_proxy", "ALL_PROXY"] {
            guard let value = unsafe getenv(variable) else { continue }
            let authority = unsafe HTTPRequest.authority(of: String(cString: value))
            guard !authority.isEmpty else { return nil }
            self.variable = variable
            self.authority = authority
            return
        }
        return nil
    }

    /// Whether a message of libcurl's about a connection is about the one to this proxy.
    func isMeant(in message: String) -> Bool {
        let parts = authority.split(separator: ":")
        return message.contains(parts.count == 2 ? " \(parts[0]) port \(parts[1]) " : " \(authority) port ")
    }
}
