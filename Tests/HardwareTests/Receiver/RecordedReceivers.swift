import Testing

/// A recording, and what a box has to make of it. A second passes for each epoch.
nonisolated struct RecordedReceiver: CustomTestStringConvertible, Sendable {
    /// Of each receiver that gpsd has.
    var names: [String]
    /// So many reports with a fix at least.
    var fixes = 1
    /// Its time changes by more than five minutes midway: the box goes on with the first one, with which the platform agrees, and
    /// says so.
    var changesItsMind = false
    /// The position is never farther from the last report that gpsd gave of one with a fix.
    let metres = 2.0
    /// Whether the bus is parked in the end, where standing for `parkedAfter` seconds is parking.
    var isParked: Bool
    var parkedAfter = 2
    /// Once there was a fix, the box knows all the time where it is, up to the end; else the receiver repeats itself, which is told.
    var isSteady = true

    init(
        _ names: String..., fixes: Int = 1, changesItsMind: Bool = false, isParked: Bool, parkedAfter: Int = 2,
        isSteady: Bool = true
    ) {
        (self.names, self.fixes, self.changesItsMind) = (names, fixes, changesItsMind)
        (self.isParked, self.parkedAfter, self.isSteady) = (isParked, parkedAfter, isSteady)
    }

    var testDescription: String { names.joined(separator: " and ") }
}

nonisolated extension RecordedReceiver {
    /// Of gpsd's regression suite, `test/daemon`, in the folder that GPSD_LOGS_DIR names.
    static let gpsdLogs: [RecordedReceiver] = [
        RecordedReceiver("beidou-bd.log", fixes: 4, isParked: true),
        RecordedReceiver("beidou-gb.log", fixes: 2, isParked: false),
        RecordedReceiver("bu303-moving.log", isParked: false),
        RecordedReceiver("bu303-stillfix.log", isParked: false),
        RecordedReceiver("bu353-glonass.log", fixes: 4, isParked: true),
        RecordedReceiver("haicom-305N.log", fixes: 60, isParked: false),
        RecordedReceiver("isync.log", fixes: 5, isParked: true),
        RecordedReceiver("mtk-3329.log", fixes: 3, isParked: true),
        RecordedReceiver("myguide-3100.log", fixes: 5, isParked: true),
        RecordedReceiver("neo-m8n.log", fixes: 15, isParked: true),
        RecordedReceiver("nmea-fuzzy-cases.log", fixes: 5, changesItsMind: true, isParked: true),
        RecordedReceiver("quectel-eg25-g.log", fixes: 20, isParked: false),
        RecordedReceiver("trimble-lassen_iq-playacar.log", fixes: 20, changesItsMind: true, isParked: false),
        RecordedReceiver("unicore-um621.log", fixes: 10, isParked: true),
    ]

    /// Made after public reports of what receivers do; beside this file.
    static let reported: [RecordedReceiver] = [
        // The weeks rolled over.
        RecordedReceiver("date-2034.nmea", fixes: 4, isParked: false),
        // One epoch for ever.
        RecordedReceiver("frozen.nmea", isParked: false, isSteady: false),
        // No fix for ten seconds, and then standing: two reports an epoch, the first with a speed made of noise.
        RecordedReceiver("nofix-then-standing.nmea", fixes: 40, isParked: true, parkedAfter: 10),
        // The antenna is covered for four seconds.
        RecordedReceiver("outage-4s.nmea", fixes: 8, isParked: false),
        // The second one in the garage has no fix.
        RecordedReceiver("two-receivers-a-fix.nmea", "two-receivers-b-nofix.nmea", fixes: 10, isParked: false),
    ]
}
