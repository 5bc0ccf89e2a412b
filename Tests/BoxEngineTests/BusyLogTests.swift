import Base
import Foundation
import Testing

@Suite("A box that is never idle")
struct BusyLogTests {
    @Test("keeps its write-ahead log bounded: a mad reader's card each second fills no disk")
    func bounded() throws {
        let world = World()
        let box = try world.makeBox()
        var largest = 0
        for number in 0..<3500 {
            world.pass(.seconds(1))
            box.handle(.card(uid: [4, 1, UInt8(number >> 8), UInt8(truncatingIfNeeded: number)], reader: 0), at: world.moment)
            box.endTurn()
            if box.nextDue <= world.moment.instant { box.wake() }
            _ = world.takeRequests()
            let attributes = try FileManager.default.attributesOfItem(atPath: world.folder + "/outbox.db-wal")
            largest = max(largest, attributes[.size] as? Int ?? 0)
        }
        // Emptied at 16 MiB, which nearly 29 MB of frames were written to.
        #expect((16 << 20..<18 << 20).contains(largest), "\(largest) bytes")
    }
}
