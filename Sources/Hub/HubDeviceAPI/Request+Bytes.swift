import Hummingbird

extension Request {
    /// The body; nil when it is too long. What is too long is not read to its end.
    func bytes(atMost limit: Int) async throws -> [UInt8]? {
        let announced = headers[.contentLength].flatMap { Int($0) } ?? 0
        guard announced <= limit else { return nil }
        var bytes: [UInt8] = []
        for try await buffer in body {
            guard bytes.count + buffer.readableBytes <= limit else { return nil }
            bytes += buffer.readableBytesView
        }
        return bytes
    }
}
