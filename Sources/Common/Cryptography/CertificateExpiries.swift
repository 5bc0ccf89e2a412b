import Base
import CCrypto

/// When the certificates of a PEM text end to be valid (`notAfter`, RFC 5280 section 4.1.2.5), in their order, at most 128;
/// blocks of other kinds are passed over. Nil when one is damaged or there is none.
public func certificateExpiries(pem: [UInt8]) -> [WallTime]? {
    let capacity = 128
    let seconds = unsafe [Int64](unsafeUninitializedCapacity: capacity) { buffer, count in
        let found = unsafe buffer.baseAddress.map { expiries in
            unsafe ccrypto_certificate_expiries(pem, pem.count, expiries, Int32(capacity))
        }
        count = max(Int(found ?? 0), 0)
    }
    return seconds.isEmpty ? nil : seconds.map { WallTime(seconds: $0) }
}
