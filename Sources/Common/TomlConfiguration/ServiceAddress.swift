/// Where a service of the network is, as the configuration names it: `https://host:port/path`.
public struct ServiceAddress {
    /// Without a slash at its end.
    public let text: String

    public init(_ text: String) {
        self.text = String(text.reversed().drop { $0 == "/" }.reversed())
    }

    /// What is wrong with it; nil when nothing is, or when it is empty.
    ///
    /// - Parameters:
    ///   - table: where the operator may say that plain HTTP will do.
    ///   - exposed: what goes there, and would be read by whoever is on the way.
    public func mistake(isPlainAllowed: Bool, in table: String = "platform", exposing exposed: String) -> String? {
        guard !text.isEmpty else { return nil }
        guard isHTTP else { return "must be https://HOST or http://HOST, with a path if the platform has one" }
        guard isPlain, !isPlainAllowed else { return nil }
        return """
            is plain http:// to another machine, so that whoever is on the way reads \(exposed), and can put others in their place; \
            use https://, or set \(table).allow_plain = true where the network itself is protected
            """
    }

    /// Plain HTTP to another machine.
    public var isPlain: Bool {
        guard isHTTP, text.lowercased().hasPrefix("http://") else { return false }
        let authority = text.dropFirst("http://".count).prefix { $0 != "/" }
        let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let host = place.hasPrefix("[") ? place.dropFirst().prefix { $0 != "]" } : place.prefix { $0 != ":" }
        return !isThisMachine(String(host).lowercased())
    }

    /// `https://user:password@host/`
    public var holdsPassword: Bool {
        let rest = text.drop { $0 != "/" }.drop { $0 == "/" }
        return rest.prefix { $0 != "/" && $0 != "?" }.contains("@")
    }

    private var isHTTP: Bool {
        guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }) else { return false }
        let rest = text.dropFirst(scheme.count)
        let isPlain = rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        return isPlain && !rest.isEmpty && !rest.hasPrefix("/") && !rest.hasPrefix(":")
    }
}

/// Whether `host` is this machine, whatever network it is in: a name or an address without brackets.
public func isThisMachine(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || octets(host)?.first == 127
}

/// Nil when `host` is no IPv4 address in its usual form.
public func octets(_ host: String) -> [UInt8]? {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    let octets = parts.compactMap { $0 }
    return parts.count == 4 && octets.count == 4 ? octets : nil
}
