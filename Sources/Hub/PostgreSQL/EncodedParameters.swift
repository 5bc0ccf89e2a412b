/// The values of a statement's parameters one behind the other, and where each is.
struct EncodedParameters {
    private var bytes: [UInt8] = []
    /// Where each begins; nil for NULL.
    private var starts: [Int?] = []
    private var lengths: [Int32] = []

    init(_ parameters: [PostgreSQLParameter]) {
        for parameter in parameters {
            let start = bytes.count
            starts.append(parameter.append(to: &bytes) ? start : nil)
            lengths.append(Int32(bytes.count - start))
        }
        // So that an empty value at the end has an address, too: without one it would be NULL.
        bytes.append(0)
    }

    /// As libpq takes them; the addresses are good within `body` only. Every value is binary.
    @unsafe func withPointers(
        _ body: (
            _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?, _ formats: UnsafePointer<Int32>?
        ) -> Int32
    ) -> Int32 {
        unsafe bytes.withUnsafeBytes { bytes in
            let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = unsafe starts.map { start in unsafe start.flatMap { unsafe base?.advanced(by: $0) } }
            return unsafe body(values, lengths, [Int32](repeating: 1, count: starts.count))
        }
    }
}
