/// Where a hub is that is spoken to without TLS.
struct HubAddress: Hashable, Sendable {
    let host: String
    let port: String
    /// Host and port as the URL has them.
    let authority: String
    /// The URL up to its path.
    let origin: String

    /// - Parameter url: `http://HOST[:PORT]/…`; nil for any other.
    init?(_ url: String) {
        let scheme = "http://"
        guard url.lowercased().hasPrefix(scheme) else { return nil }
        let authority = url.dropFirst(scheme.count).prefix { $0 != "/" }
        let bracket = authority.lastIndex(of: "]") ?? authority.startIndex
        let colon = authority.lastIndex(of: ":").flatMap { $0 < bracket ? nil : $0 }
        let name = authority[..<(colon ?? authority.endIndex)]
        host = String(name.drop { $0 == "[" }.prefix { $0 != "]" })
        port = colon.map { String(authority[authority.index(after: $0)...]) } ?? "80"
        self.authority = String(authority)
        origin = String(url.prefix(scheme.count)) + authority
        guard !host.isEmpty, UInt16(port) != nil else { return nil }
    }
}
