import Base
import PlatformAPI

/// Whom heartbeats tell of a new list, and when: a few boxes after the other, lest all of them fetch it at once.
///
/// When a box is told follows from its id and the version alone, so that it is the same for every hub and after a restart. Until then the box
/// is told the version that it holds. A box that is on its way to a version is never called back: it is told of the one in force at once.
public struct ListAnnouncement: Hashable, Sendable {
    /// This share of the boxes, in per cent, is told within a minute, evenly; with 100 all are told at once.
    public var percentPerMinute: Int

    /// A list that came into force further ahead than that was adopted by a clock that was wrong, and holds nobody up.
    private static let clockTolerance = Duration.seconds(60)

    /// - Parameter percentPerMinute: 1 to 100.
    public init(percentPerMinute: Int = 100) {
        precondition((1...100).contains(percentPerMinute), "a share is 1 to 100 per cent")
        self.percentPerMinute = percentPerMinute
    }

    /// What a heartbeat's answer says of the lists. The device is as its newest heartbeat has it.
    /// - Parameter inForce: what is in force of each list, for this device.
    public func versions(for device: Device, inForce: (DeviceList) -> ListInForce, at now: WallTime) -> Versions {
        let (cards, increment, line) = (inForce(.cards), inForce(.increment), inForce(.line))
        let none = Versions()
        var told = Versions()
        told.cards = version(of: .cards, cards, for: device, isMissing: device.versions.cards == none.cards, at: now)
        // An increment is of the list in force: nothing for a box that is to stay with the one before, and part of it for one that fetches it.
        told.cardIncrement =
            told.cards == cards.text
            ? version(of: .increment, increment, for: device, isMissing: device.versions.cards != cards.text, at: now)
            : held(.increment, increment, by: device)
        told.lineCards = version(of: .line, line, for: device, isMissing: device.versions.lineCards == none.lineCards, at: now)
        return told
    }

    /// - Parameter isMissing: whether the device has no list in place of it.
    private func version(
        of list: DeviceList, _ inForce: ListInForce, for device: Device, isMissing: Bool, at now: WallTime
    ) -> String {
        let progress = device.lists[list]
        let isKnown =
            device.versions[list] == inForce.text || progress.told?.version == inForce.version
            || progress.fetched?.version == inForce.version
        let isTold =
            inForce.version == 0 || isMissing || isKnown || isUnderWay(list, inForce, device)
            || reaches(device.id, inForce, at: now)
        return isTold ? inForce.text : held(list, inForce, by: device)
    }

    /// Whether a device was told of a newer version than it has: until its turn for the one in force it would be told of the one before, and
    /// that one, too, is older than what it is about to fetch.
    private func isUnderWay(_ list: DeviceList, _ inForce: ListInForce, _ device: Device) -> Bool {
        let progress = device.lists[list]
        guard let told = progress.told?.version else { return false }
        // What it reports of a platform's list is a name, which has no order.
        let reported = inForce.isPlatforms ? nil : Int64(device.versions[list])
        guard let held = [reported, progress.fetched?.version].compactMap({ $0 }).max() else { return false }
        return told > held
    }

    /// What a device has by now: what it says, or what it fetched since.
    private func held(_ list: DeviceList, _ inForce: ListInForce, by device: Device) -> String {
        let reported = device.versions[list]
        guard !inForce.isPlatforms, let fetched = device.lists[list].fetched?.version, let number = Int64(reported),
            number < fetched
        else {
            return reported
        }
        return String(fetched)
    }

    /// Whether it is the device's turn.
    private func reaches(_ deviceID: String, _ inForce: ListInForce, at now: WallTime) -> Bool {
        guard percentPerMinute < 100 else { return true }
        let elapsed = now - inForce.since
        return elapsed < Duration.zero - Self.clockTolerance || elapsed >= delay(of: deviceID, inForce.version)
    }

    /// How long after its coming into force a device is told of a version.
    func delay(of deviceID: String, _ version: Int64) -> Duration {
        let hash = XXHash64.checksum(of: Array("\(version) \(deviceID)".utf8))
        let place = Double(hash >> 32) / 0x1p32
        return .seconds(place * 60 * 100 / Double(percentPerMinute))
    }
}
