import Base
import Synchronization

/// How many different devices called within the last minute, give or take ten seconds.
public final class RecentDevices: Sendable {
    private static let slotSeconds: Int64 = 10
    private static let slots: Int64 = 6
    /// In one slot; beyond, further ones are not told apart from none.
    private static let limit = 200_000

    private struct Slot: Sendable {
        var number: Int64
        /// Hashes of their ids: two that share one are counted as one.
        var devices: Set<Int>
    }

    private let recent = Mutex<[Slot]>([])

    public init() {}

    public func saw(_ deviceID: String, at now: Instant) {
        let number = Self.slot(now)
        let device = deviceID.hashValue
        recent.withLock { recent in
            if recent.last?.number != number {
                recent.removeAll { $0.number <= number - Self.slots }
                recent.append(Slot(number: number, devices: []))
            }
            guard let last = recent.indices.last, recent[last].devices.count < Self.limit else { return }
            recent[last].devices.insert(device)
        }
    }

    public func count(at now: Instant) -> Int {
        let oldest = Self.slot(now) - Self.slots
        return recent.withLock { recent in
            recent.filter { $0.number > oldest }.reduce(into: Set<Int>()) { $0.formUnion($1.devices) }.count
        }
    }

    private static func slot(_ now: Instant) -> Int64 { now.nanoseconds / 1_000_000_000 / slotSeconds }
}
