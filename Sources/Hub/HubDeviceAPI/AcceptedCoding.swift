/// How a reply is coded, by what the client accepts (RFC 9110, section 12.5.3).
enum AcceptedCoding: String, Sendable {
    case gzip, identity

    /// - Parameter values: of the request's `Accept-Encoding`. Gzip must be named: a bare `*` comes from clients that decode nothing.
    init(_ values: [String]) {
        let isAccepted = values.lazy.flatMap { $0.split(separator: ",") }.contains { element in
            let parts = element.lowercased().filter { !$0.isWhitespace }.split(separator: ";")
            guard parts.first == "gzip" || parts.first == "x-gzip" else { return false }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
            return weight.map { Double($0) ?? 0 > 0 } ?? true
        }
        self = isAccepted ? .gzip : .identity
    }
}
