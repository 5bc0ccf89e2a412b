import Base

/// How much went over the mobile network this month, by the counters of its interface, which begin anew with each start of
/// the machine and each time that the modem comes back.
public struct DataUse: Hashable, Sendable {
    /// What the kernel's counters say. Those of one boot and one interface number only grow.
    public struct Counter: Hashable, Sendable {
        public var boot: UniqueID
        /// The kernel's number for the interface, which a modem that comes back does not get again.
        public var interface: Int
        /// Received and sent, since the interface came up.
        public var bytes: Int64

        public init(boot: UniqueID, interface: Int, bytes: Int64) {
            self.boot = boot
            self.interface = interface
            self.bytes = bytes
        }
    }

    /// The calendar month that `bytes` belongs to, as year * 100 + month; nil until a clock was trusted.
    public private(set) var month: Int?
    public private(set) var bytes: Int64
    public private(set) var counter: Counter?

    public init(month: Int? = nil, bytes: Int64 = 0, counter: Counter? = nil) {
        (self.month, self.bytes, self.counter) = (month, bytes, counter)
    }

    /// Takes a reading of the counters. What came between the last reading of a month and the first of the next counts for
    /// the next; without a trusted clock it counts for the month that is known.
    public mutating func take(_ new: Counter, month now: Int?) {
        if let now, now > month ?? 0 {
            if month != nil { bytes = 0 }
            month = now
        }
        if let counter, counter.boot == new.boot, counter.interface == new.interface, counter.bytes <= new.bytes {
            bytes += new.bytes - counter.bytes
        } else {
            bytes += max(0, new.bytes)
        }
        counter = new
    }

    /// The month of a moment in the operator's zone, as `month` says it.
    public static func month(of time: WallTime, in zone: any TimeZoneRules) -> Int {
        let civil = CivilTime(secondsSince1970: time.seconds + Int64(zone.offsetSeconds(at: time)))
        return civil.year * 100 + civil.month
    }
}
