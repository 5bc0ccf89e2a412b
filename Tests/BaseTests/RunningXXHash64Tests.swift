import Base
import Testing

@Suite("a checksum of what comes piece by piece")
struct RunningXXHash64Tests {
    @Test("is that of the whole, in whatever pieces it comes", arguments: [0, 1, 4, 31, 32, 33, 63, 64, 1000])
    func pieces(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 131) }
        for size in [1, 7, 32, 40, 2000] {
            var running = RunningXXHash64()
            for start in stride(from: 0, to: count, by: size) { running.append(bytes[start..<min(start + size, count)]) }
            #expect(running.value == XXHash64.checksum(of: bytes))
        }
    }
}
