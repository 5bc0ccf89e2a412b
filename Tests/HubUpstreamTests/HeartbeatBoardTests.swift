import Testing

@testable import HubUpstream

@Suite("Heartbeats on their way up")
struct HeartbeatBoardTests {
    private var board = HeartbeatBoard()

    @Test("are one of a device at a time, and the newest")
    func newest() {
        var board = board
        #expect(board.add(call("a", "1")) == nil)
        #expect(board.next() == call("a", "1"))
        // One is under way: two more come.
        #expect(board.add(call("a", "2")) == nil)
        #expect(board.add(call("a", "3")) == call("a", "2"))
        #expect(board.next() == nil)
        board.ended("a")
        #expect(board.next() == call("a", "3"))
        board.ended("a")
        #expect(board.next() == nil && board.waitingCount == 0)
    }

    @Test("go in the order in which the devices' turns came")
    func fair() {
        var board = board
        for device in ["a", "b", "c"] { _ = board.add(call(device, "1")) }
        #expect(board.next() == call("a", "1"))
        board.ended("a")
        _ = board.add(call("a", "2"))
        #expect(board.next() == call("b", "1"))
        #expect(board.next() == call("c", "1"))
        #expect(board.next() == call("a", "2"))
    }

    @Test("go again where they did not arrive, unless the device has told something newer")
    func failure() {
        var board = board
        _ = board.add(call("a", "1"))
        _ = board.next()
        #expect(board.failed(call("a", "1")) == true)
        #expect(board.next() == call("a", "1"))
        _ = board.add(call("a", "2"))
        #expect(board.failed(call("a", "1")) == false)
        #expect(board.next() == call("a", "2"))
    }

    @Test("of very many devices are all sent, once")
    func many() {
        var board = board
        for id in 0..<5000 { _ = board.add(call("d\(id)", "1")) }
        var sent: Set<String> = []
        while let heartbeat = board.next() {
            #expect(sent.insert(heartbeat.key.deviceID).inserted)
            board.ended(heartbeat.key.deviceID)
        }
        #expect(sent.count == 5000)
    }
}
