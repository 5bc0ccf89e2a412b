import HubDomain
import TomlConfiguration

extension HubConfiguration {
    /// `[server]`, and whether it may be reached by others: from `[devices]` it is known how devices prove who they are.
    mutating func readServer(_ table: ConfigurationReader) {
        let listen = table.string("listen", default: Self.text(host, port))
        if let address = Self.address(listen) {
            (host, port) = address
        } else {
            table.report("listen", "\"\(listen)\" is not ADDRESS:PORT, as in 127.0.0.1:8080 or [::1]:8080")
        }
        let isInsecure = table.boolean("insecure", default: false)
        if !Self.isThisMachine(host), policy.authentication == .none, !isInsecure {
            table.report(
                "listen",
                """
                is reached by others, who would be given ticket keys and card lists, and be believed whatever device they say they \
                are: write authentication = "secret" or "certificate" under [devices] (docs/hub.md, "Who may call"), or listen = \
                "127.0.0.1:\(port)", or, on a network where nobody else is, insecure = true
                """)
        }
        readConnections(table)
        proxies = table.strings("trusted_proxies", default: proxies)
        for proxy in proxies where !proxy.contains(":") && !Self.isIPv4(proxy) {
            table.report("trusted_proxies", "\"\(proxy)\" is no numeric address, as in 127.0.0.1 or ::1")
        }
        publicURL = table.string("public_url", default: "")
        while publicURL.hasSuffix("/") { publicURL.removeLast() }
        if !publicURL.isEmpty,
            !["https://", "http://"].contains(where: { publicURL.hasPrefix($0) && publicURL.count > $0.count })
        {
            table.report("public_url", "must be https://HOST, as boxes call this hub, without /api or /manage/v1")
        }
    }

    private static func text(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// `host:port`, an address of IPv6 in brackets.
    private static func address(_ text: String) -> (host: String, port: Int)? {
        let colon = text.hasPrefix("[") ? text.firstIndex(of: "]").map { text.index(after: $0) } : text.firstIndex(of: ":")
        guard let colon, colon < text.endIndex, text[colon] == ":", let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = text[..<colon].filter { $0 != "[" && $0 != "]" }
        return host.isEmpty ? nil : (String(host), Int(port))
    }

    private static func isThisMachine(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.") && isIPv4(host)
    }

    private static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
