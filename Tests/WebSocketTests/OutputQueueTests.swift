import Testing

@testable import WebSocket

@Suite("what a connection has still to send")
struct OutputQueueTests {
    private func next(_ queue: OutputQueue) -> [UInt8] { queue.withNext { bytes in bytes.indices.map { bytes[$0] } } }

    @Test("comes out in order, whatever is taken at a time")
    func order() {
        var queue = OutputQueue()
        var expected: [UInt8] = []
        var taken: [UInt8] = []
        for round in 0..<500 {
            let frame = [UInt8](repeating: UInt8(round % 251), count: round % 7 == 0 ? 5000 : round % 90 + 1)
            queue.append(frame)
            expected += frame
            guard round % 3 == 0 else { continue }
            let bytes = next(queue).prefix(round * 11 + 1)
            taken += bytes
            queue.remove(bytes.count)
        }
        while !queue.isEmpty {
            taken += next(queue)
            queue.remove(next(queue).count)
        }
        #expect(taken == expected)
        #expect(queue.size == 0)
    }

    @Test("small frames that wait go out together, up to the size of a TLS record")
    func batches() {
        var queue = OutputQueue()
        for _ in 0..<1000 { queue.append([UInt8](repeating: 1, count: 100)) }
        queue.remove(100)
        #expect(next(queue).count == 16300)
    }

    @Test("what has been offered is offered again, also after the rest was dropped")
    func stable() {
        var queue = OutputQueue()
        queue.append([1, 2, 3])
        queue.append([4])
        queue.remove(1)
        queue.append([5])
        queue.dropWaiting()
        queue.append([9])
        #expect(next(queue) == [2, 3])
        queue.remove(2)
        #expect(next(queue) == [9])
    }

    @Test("a frame has a price beside its bytes, so that empty ones are bounded too")
    func price() {
        var queue = OutputQueue()
        for _ in 0...1000 { queue.append([0x8A, 0]) }
        #expect(queue.size == 2 + 1000 * (2 + OutputQueue.frameOverhead))
    }

    @Test("lengths are encoded in their shortest form", arguments: [0, 125, 126, 65535, 65536])
    func frames(_ length: Int) {
        let frame = FrameEncoder.frame(.text, [UInt8](repeating: 0x61, count: length))
        let head: [UInt8] =
            switch length {
            case ..<126: [0x81, UInt8(length)]
            case ..<65536: [0x81, 126, UInt8(length >> 8), UInt8(length & 0xFF)]
            default: [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]
            }
        #expect(frame.starts(with: head) && frame.count == head.count + length)
    }

    @Test("an address to listen on is a number and a port")
    func addresses() {
        #expect(ListenAddress("0.0.0.0:1443")?.description == "0.0.0.0:1443")
        #expect(ListenAddress("[::]:0")?.host == "::")
        #expect(ListenAddress("[fe80::1]:65535")?.description == "[fe80::1]:65535")
        for text in [
            "", "1443", ":1443", "localhost:1", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:+1", "::1:80", "[]:1", "[1.2.3.4:80",
            "[g::]:1",
        ] {
            #expect(ListenAddress(text) == nil, "\(text)")
        }
    }
}
