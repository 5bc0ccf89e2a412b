import HubServices

/// Heartbeats that are to be sent up: of each device the newest one only, and one at a time.
struct HeartbeatBoard: Sendable {
    private struct Place: Sendable {
        var waiting: ForwardedCall?
        var isUnderWay = false
        var isQueued = false
    }

    private var places: [String: Place] = [:]
    /// Devices in the order in which their turn came; some may have had theirs since.
    private var queue = Turns()

    /// Devices whose heartbeats wait.
    private(set) var waitingCount = 0

    /// A device has told how it is. What it told before is no longer of interest.
    /// - Returns: the one that is not sent any more, and was not begun.
    mutating func add(_ heartbeat: ForwardedCall) -> ForwardedCall? {
        let id = heartbeat.key.deviceID
        var place = places[id] ?? Place()
        let replaced = place.waiting
        if replaced == nil { waitingCount += 1 }
        place.waiting = heartbeat
        places[id] = place
        enqueue(id)
        return replaced
    }

    /// The next one to be sent, which counts as under way from now on.
    mutating func next() -> ForwardedCall? {
        while let id = queue.next() {
            guard var place = places[id] else { continue }
            place.isQueued = false
            guard !place.isUnderWay, let heartbeat = place.waiting else {
                places[id] = place
                continue
            }
            (place.waiting, place.isUnderWay) = (nil, true)
            places[id] = place
            waitingCount -= 1
            return heartbeat
        }
        return nil
    }

    /// The platform has taken it, or never will.
    mutating func ended(_ deviceID: String) {
        guard var place = places[deviceID] else { return }
        place.isUnderWay = false
        places[deviceID] = place.waiting == nil && !place.isQueued ? nil : place
        enqueue(deviceID)
    }

    /// It did not arrive: it is sent again unless the device has told something newer.
    /// - Returns: false where it has, so that this one is not sent any more.
    mutating func failed(_ heartbeat: ForwardedCall) -> Bool {
        let id = heartbeat.key.deviceID
        guard var place = places[id] else { return false }
        place.isUnderWay = false
        let isNewest = place.waiting == nil
        if isNewest {
            place.waiting = heartbeat
            waitingCount += 1
        }
        places[id] = place
        enqueue(id)
        return isNewest
    }

    private mutating func enqueue(_ id: String) {
        guard var place = places[id], place.waiting != nil, !place.isUnderWay, !place.isQueued else { return }
        place.isQueued = true
        places[id] = place
        queue.append(id)
    }
}
