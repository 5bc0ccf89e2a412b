import Base

extension Sequence<UInt8> {
    /// These bytes as reads with time between them: a byte says how many times 4 ms pass before the read, the next one how many
    /// bytes it has, which follow.
    var timedReads: [(pause: Duration, bytes: [UInt8])] {
        var rest = Array(self)[...]
        var reads: [(pause: Duration, bytes: [UInt8])] = []
        while let pause = rest.popFirst(), let count = rest.popFirst() {
            reads.append((.milliseconds(4 * Int64(pause)), Array(rest.prefix(Int(count)))))
            rest = rest.dropFirst(Int(count))
        }
        return reads
    }
}
