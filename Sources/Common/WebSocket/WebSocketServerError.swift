import OperatingSystem

/// Why there is no server.
public enum WebSocketServerError: Error, Hashable, CustomStringConvertible {
    case system(SystemError)
    /// The file, and OpenSSL's reason.
    case certificate(String, String)
    case key(String, String)
    case tls(String)

    public var description: String {
        switch self {
        case .system(let error): "WebSocket server: \(error)"
        case .certificate(let path, let reason):
            "TLS certificate \(path): \(reason); it must be a PEM file that this program may read"
        case .key(let path, let reason):
            "TLS key \(path): \(reason); it must be a PEM file without a password, of the certificate's key, that this program may read"
        case .tls(let reason): "TLS: \(reason)"
        }
    }
}
