import Base
import Fares
import Foundation
import OperatingSystem
import Storage
import ValidatorCore

/// What a box has recorded on a day without network, put into its outbox before it starts.
struct StoredBacklog {
    let taps: [Tap]
    let positions: [PositionRecord]

    /// Accepted cards, and positions of a bus without a fix, at even distances until now.
    ///
    /// - Parameter usedTickets: of so many taps a single ride is remembered.
    init(
        taps tapCount: Int, pending: UploadParts = [.booking, .log], positions positionCount: Int, over day: Duration,
        usedTickets: Int = 0
    ) {
        var random = SystemRandomNumberGenerator()
        let now = Clocks.now().system
        // Of an earlier boot, so that the monotonic clock says nothing.
        func stamp(_ index: Int, of count: Int) -> Stamp {
            let wall = now - day * (Double(count - index) / Double(count))
            return Stamp(instant: Instant(nanoseconds: 0), boot: UniqueID(high: 1, low: 1), wall: wall, source: .gps)
        }
        taps = (0..<tapCount).compactMap { index in
            let stamp = stamp(index, of: tapCount)
            return CardNumber("06" + String(100_000 + index)).map { card in
                Tap(
                    logID: .version7(at: stamp.wall, using: &random), bookingID: .version7(at: stamp.wall, using: &random),
                    source: "reader0", subject: .card(card), outcome: .accepted, reason: .ok, mode: .offline, stamp: stamp,
                    position: nil, pending: pending,
                    usedTicket: index < usedTickets
                        ? UsedTicket(
                            bytes: (0..<30).map { UInt8(truncatingIfNeeded: index >> ($0 % 3 * 8)) },
                            expires: now + .seconds(86400),
                            lifetime: .seconds(86400))
                        : nil)
            }
        }
        positions = (0..<positionCount).map { index in
            let stamp = stamp(index, of: positionCount)
            return PositionRecord(requestID: .version7(at: stamp.wall, using: &random), stamp: stamp, position: nil)
        }
    }

    /// `req_id`s of the bookings and logs.
    var requestIDs: [String] { taps.flatMap { [$0.bookingID.description, $0.logID.description] } }

    /// Into the state of a box whose folder this is.
    func store(in folder: URL) throws {
        let state = folder.appending(path: "state")
        try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
        var outbox = try Outbox(path: state.appending(path: "outbox.db").path, limits: OutboxLimits(positions: 100_000))
        _ = try outbox.commit(taps, changes: positions.map { .position($0) })
    }
}
