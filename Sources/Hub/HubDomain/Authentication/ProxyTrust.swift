/// The proxies whose word about a call counts (`server.trusted_proxies`): whom it is from, and what certificate it came with.
public struct ProxyTrust: Hashable, Sendable {
    private let addresses: Set<String>

    /// - Parameter addresses: numeric, of IPv4 or IPv6.
    public init(_ addresses: [String]) {
        self.addresses = Set(addresses.map(Self.plain))
    }

    public func holds(for address: String) -> Bool { addresses.contains(Self.plain(address)) }

    /// The address that a call is from: what the last proxy says if it is one of ours, else the connection's own. Of a list the last entry
    /// that no proxy of ours has: what stands before it, whoever calls may have made up.
    public func origin(of address: String, forwardedFor header: String?) -> String {
        guard holds(for: address), let header else { return address }
        let entries = header.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        return entries.last { !holds(for: $0) } ?? entries.first ?? address
    }

    /// An IPv4 address as such, even where a socket of IPv6 shows it.
    private static func plain(_ address: String) -> String {
        let lower = address.lowercased()
        let mapped = "::ffff:"
        return lower.hasPrefix(mapped) && lower.contains(".") ? String(lower.dropFirst(mapped.count)) : lower
    }
}
