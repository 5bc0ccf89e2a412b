/// What one connection has still to send: whole frames, which several connections may share, put together for few writes.
///
/// What has been offered for writing is offered again until it is taken, the same bytes (TLS insists on that).
struct OutputQueue {
    /// Small frames are gathered into writes of up to so many bytes, the size of a TLS record.
    static let batchSize = 16 * 1024
    /// What a waiting frame counts beside its bytes, so that many small ones are not for nothing.
    static let frameOverhead = 32

    private var batch: [UInt8] = []
    /// Of the batch.
    private var sent = 0
    private var waiting: [[UInt8]] = []
    private var waitingSize = 0

    var isEmpty: Bool { batch.isEmpty }

    /// Bytes that it keeps, about.
    var size: Int { batch.count - sent + waitingSize }

    mutating func append(_ frame: [UInt8]) {
        guard !batch.isEmpty else {
            batch = frame
            return
        }
        waiting.append(frame)
        waitingSize += frame.count + Self.frameOverhead
    }

    /// What to write next; not to be called on an empty queue.
    func withNext<Result>(_ write: (Span<UInt8>) -> Result) -> Result {
        write(batch.span.extracting(sent...))
    }

    /// So many bytes of what `withNext` gave have been written.
    mutating func remove(_ count: Int) {
        sent += count
        precondition(sent <= batch.count, "more written than there was")
        if sent == batch.count { takeBatch() }
    }

    /// Forgets the frames of which nothing has been offered.
    mutating func dropWaiting() {
        waiting = []
        waitingSize = 0
    }

    private mutating func takeBatch() {
        sent = 0
        batch = []
        var count = 0
        var size = 0
        while count < waiting.count, count == 0 || size + waiting[count].count <= Self.batchSize {
            size += waiting[count].count
            count += 1
        }
        guard count > 0 else { return }
        if count == 1 {
            batch = waiting[0]
        } else {
            batch.reserveCapacity(size)
            for frame in waiting[..<count] { batch += frame }
        }
        waitingSize -= size + count * Self.frameOverhead
        if count == waiting.count { waiting = [] } else { waiting.removeFirst(count) }
    }
}
