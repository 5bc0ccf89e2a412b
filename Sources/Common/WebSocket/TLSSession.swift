import COpenSSL
import Glibc
import OperatingSystem

/// The server's end of one TLS connection. The handshake happens in the first reads.
@safe struct TLSSession: ~Copyable {
    private let session: OpaquePointer
    /// A read waits for room to write.
    private(set) var readWantsWrite = false

    @unsafe init(owning session: OpaquePointer) {
        unsafe self.session = session
    }

    deinit { unsafe SSL_free(session) }

    /// At most one record, so that with a `limit` of 16 KB, the size of a record, nothing is left of it that the descriptor does
    /// not tell of.
    mutating func read(atMost limit: Int) -> ReadResult {
        var outcome: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            unsafe outcome = copenssl_read(session, buffer.baseAddress, limit)
            count = Int(max(outcome, 0))
        }
        readWantsWrite = outcome == Int32(copenssl_wants_write)
        return switch outcome {
        case 1...: .bytes(bytes)
        case Int32(copenssl_wants_read), Int32(copenssl_wants_write): .wouldBlock
        default: .ended
        }
    }

    /// After `.wouldBlock` the same bytes must be offered again.
    func write(_ bytes: Span<UInt8>) -> WriteResult {
        let outcome = unsafe bytes.withUnsafeBytes { buffer in
            unsafe copenssl_write(session, buffer.baseAddress, buffer.count)
        }
        return switch outcome {
        case 1...: .written(Int(outcome))
        case Int32(copenssl_wants_read), Int32(copenssl_wants_write): .wouldBlock
        default: .failed(SystemError(code: EPIPE, what: "write"))
        }
    }

    /// Tells the peer that no more comes, if that goes at once.
    func finishSending() { unsafe copenssl_finish_sending(session) }
}
