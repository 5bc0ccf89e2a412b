/// Every bound inside the core, and what happens at it. Bounds that a configuration sets are in `Policy`.
public enum Limits {
    /// Taps that the repeat guard remembers; beyond, the oldest is forgotten and would be recorded again.
    public static let rememberedTaps = 1024
    /// Used single rides; beyond, the eighth of them that expires soonest is forgotten.
    public static let usedTickets = 100_000
    /// Bytes of a refused code that no codec knows which are kept; the rest is cut off.
    public static let unknownCode = 512
    /// A code that no codec knows and that has more bytes is no ticket of the platform's either: it is not asked about.
    public static let platformCode = 1024
    /// Riders with codes that no codec knows who wait for the platform at once; beyond, they are refused. The other waiters' places stay
    /// free for fares.
    public static let platformCodeChecks = 4
    /// This part of the outbox is for accepted rides: refusals are red without a record beyond the rest.
    public static let reservedPart = 10
    /// Fresh uploads held in memory; beyond, they wait their turn in the outbox.
    public static let liveUploads = 256
    /// Uploads read from the outbox at once.
    public static let backlogWindow = 64
    /// How many times the configured number of uploads may be under way while a backlog drains.
    public static let drainFactor = 4
    /// Uploads in a row answered with something else than a reply, after which the platform counts as in trouble.
    public static let unusableReplies = 8
    /// The longest pause before an upload that alone gets no usable reply is tried again.
    public static let unusablePause = Duration.seconds(3600)
    /// An upload that gets no usable reply for so long, while others are answered, is kept apart.
    public static let unusableLife = Duration.seconds(86400)
    /// The longest pause that a platform may ask for (`Retry-After`).
    public static let retryAfter = Duration.seconds(3600)
    /// Failed uploads held in memory until their next try; beyond, they are read from the outbox again.
    public static let waitingUploads = 256
    /// Riders waiting for the platform at once; beyond, the box decides itself.
    public static let onlineChecks = 16

    /// Cards at the readers whose visits are followed at once; beyond, that of the one unseen longest is closed early.
    public static let ongoingReadings = 20_000
    /// Visits closed in one turn; beyond, the rest is due in the next one, at once.
    public static let readEventsPerTurn = 64
    /// A visit that an outage of its reader keeps open is closed so long after it would have ended otherwise.
    public static let readerOutage = Duration.seconds(3600)
    /// The outbox hears of a visit's last read so long after it, which a killed program may forget.
    public static let readingNoteInterval = Duration.seconds(10)
    /// Last reads of visits that are written at once; beyond, the rest waits for `readingNotePause`, so that a crowd does not wear
    /// the flash disk out: with 10,000 cards it may be 80 s that a killed program forgets.
    public static let notedReadings = 128
    /// Between two writes of `notedReadings` last reads of visits.
    public static let readingNotePause = Duration.seconds(1)

    /// Between two complaints about the platform, where the reason is the same.
    public static let sameComplaint = Duration.seconds(3600)
    /// Between two notices that a member of heartbeat replies is odd.
    public static let sameOddity = Duration.seconds(86400)
    /// Between two complaints about the platform, where the second has another reason.
    public static let otherComplaint = Duration.seconds(60)

    /// A fix older than this is not where the bus is.
    public static let fixAge = Duration.seconds(10)
    /// A fix that may be farther off than this is none; nor is one that is farther from the last one than a bus can have gone.
    public static let fixErrorMetres = 1000.0
    /// What claims to be faster is no bus.
    public static let fastestKilometresPerHour = 250.0
    /// Below this the receiver's noise cannot be told from movement, nor its course from chance.
    public static let walkingPace = 3.0
    /// GPS receivers told apart; beyond, the one unheard longest is forgotten.
    public static let receivers = 8
    /// A receiver in use that has not told a fix for so long gives way to another one that has.
    public static let receiverPatience = Duration.seconds(3)
    /// Different reports under one time that are told apart; beyond, the oldest would count again.
    public static let reportsOfEpoch = 8
    /// A time that was first told longer ago is not the present.
    public static let epochLength = Duration.milliseconds(500)
    /// After so long without the receiver's time, `server_time` counts again.
    public static let receiverTimeAge = Duration.seconds(3600)
    /// The receiver's time is not believed when it is later than the software by more: GPS counts weeks to 1024, and receivers
    /// and gpsd guess which 1024 they are in.
    public static let receiverTimeSpan = Duration.seconds(3653 * 86400)
    /// Nor when it is further than this from the platform's last `server_time`,
    public static let receiverTimeTolerance = Duration.seconds(300)
    /// unless that came longer ago.
    public static let serverTimeAge = Duration.seconds(24 * 3600)
    /// Between two complaints about the receiver for the same reason, where it was believed in between.
    public static let receiverComplaint = Duration.seconds(3600)
    /// Before a download is tried again that brought a version other than the heartbeat named; twice as long each time, up to
    /// `longestListRetryInterval`, while that version does not settle. Other bounds on downloads go by it too.
    public static let listRetryInterval = Duration.seconds(600)
    public static let longestListRetryInterval = Duration.seconds(86400)
    /// Versions newly named that are fetched at once in `listRetryInterval`; beyond, the next one waits until it has passed.
    public static let newVersions = 12
    /// A token is refreshed so long before it expires.
    public static let tokenMargin = Duration.seconds(60)
}
