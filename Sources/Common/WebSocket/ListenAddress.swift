/// Where a server listens: a numeric address and a port, as in `0.0.0.0:1443`, `127.0.0.1:0` or `[::]:1443`.
///
/// `[::]` takes IPv4 connections too. Port 0 lets the system choose one.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// Without brackets. Whether it is an address of this machine is found out when it is used.
    public let host: String
    public let port: UInt16

    /// Nil when `text` is not of the form above.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let port = text[text.index(after: colon)...]
        guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = UInt16(port)
        else { return nil }
        var host = text[..<colon]
        if host.first == "[", host.last == "]", host.count > 2 {
            host = host.dropFirst().dropLast()
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
        } else {
            guard !host.isEmpty, host.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }) else { return nil }
        }
        self.host = String(host)
        self.port = number
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
