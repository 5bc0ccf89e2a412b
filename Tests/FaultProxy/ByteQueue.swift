import Base

/// The bytes that are on their way in one direction of one connection.
struct ByteQueue {
    private static let capacity = 262_144

    private var chunks: [(bytes: ArraySlice<UInt8>, due: Instant)] = []
    private var queued = 0
    private var lastDue = Instant(nanoseconds: .min)
    /// When the line has room for the next byte.
    private var free = Instant(nanoseconds: .min)
    /// All bytes that were taken.
    private(set) var passed = 0
    /// Nothing comes after what is queued.
    var hasEnded = false

    var hasRoom: Bool { queued < Self.capacity && !hasEnded }
    var isEmpty: Bool { chunks.isEmpty }

    /// When the oldest byte may leave.
    var due: Instant? { chunks.first?.due }

    mutating func append(_ bytes: [UInt8], at now: Instant, _ faults: LinkFaults, using random: inout SeededGenerator) {
        passed += bytes.count
        queued += bytes.count
        free = max(free, now)
        if let rate = faults.bytesPerSecond { free = free + .nanoseconds(bytes.count * 1_000_000_000 / rate) }
        let jitter = faults.jitter * Double.random(in: 0...1, using: &random)
        lastDue = max(lastDue, free + faults.latency + jitter)
        chunks.append((bytes[...], lastDue))
    }

    /// Sends what is due. False when the other end is gone.
    mutating func deliver(to socket: Socket, at now: Instant) -> Bool {
        while let chunk = chunks.first, chunk.due <= now {
            guard let count = socket.send(chunk.bytes) else { return false }
            queued -= count
            guard count == chunk.bytes.count else {
                chunks[0].bytes = chunk.bytes.dropFirst(count)
                return true
            }
            chunks.removeFirst()
        }
        return true
    }
}
