import COpenSSL
import Glibc
import Kernel

/// What all TLS connections of a server share: its certificate and key, and what it insists on (TLS 1.2 or newer).
@safe struct TLSContext: ~Copyable {
    private let context: OpaquePointer

    init(_ files: ServerIdentity) throws(WebSocketServerError) {
        var failure = copenssl_no_context
        guard let context = unsafe copenssl_server_context(files.certificate, files.key, &failure) else {
            let reason = unsafe String(cString: copenssl_reason())
            switch failure {
            case copenssl_bad_certificate: throw .certificate(files.certificate, reason)
            case copenssl_bad_key: throw .key(files.key, reason)
            default: throw .tls(reason)
            }
        }
        unsafe self.context = context
    }

    deinit { unsafe SSL_CTX_free(context) }

    /// `descriptor` stays the caller's, and outlives the session. Nil without memory.
    func makeSession(_ descriptor: Int32) -> TLSSession? {
        guard let session = unsafe copenssl_session(context, descriptor) else { return nil }
        return unsafe TLSSession(owning: session)
    }
}
