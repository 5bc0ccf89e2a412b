import Base
import Fares

/// Everything that the configuration says and a decision depends on. Fixed while the program runs, but for `Setting`s.
public struct Policy: Sendable {
    /// A reader or scanner, in the order of the configuration: readers first.
    public struct Source: Sendable {
        public enum Kind: Sendable {
            case reader(CardNumberProfile)
            case scanner
        }

        public var id: String
        public var kind: Kind
        var isReader: Bool {
            if case .reader = kind { true } else { false }
        }
        /// The same card or ticket again within this is answered, not recorded twice.
        public var repeatInterval: Duration
        /// False: a reader of role `observe`, whose cards are read events only.
        public var decides: Bool
        /// A card unseen for so long has gone; 0: each read is an event of its own.
        public var readEventTimeout: Duration
        /// With a timeout of 0, what one read is: each report of a reader that reports by itself, or (false) one entry into the
        /// field of a reader that we poll.
        public var countsEverySighting: Bool

        public init(
            id: String, kind: Kind, repeatInterval: Duration = .seconds(2), decides: Bool = true,
            readEventTimeout: Duration = .seconds(3), countsEverySighting: Bool = false
        ) {
            self.id = id
            self.kind = kind
            self.repeatInterval = repeatInterval
            self.decides = decides
            self.readEventTimeout = readEventTimeout
            self.countsEverySighting = countsEverySighting
        }
    }

    public enum LatePositions: String, CaseIterable, Sendable { case send, drop }
    public enum CheckWindow: String, CaseIterable, Sendable { case enforce, ignore }
    public enum OfflineUploads: String, CaseIterable, Sendable { case checkAndLog = "check+log", log }

    public enum TokenKind: Sendable {
        case fixed(String)
        case call
    }

    public var sources: [Source] = []
    /// The kernel's boot id, by which a restart tells whether instants still compare.
    public var boot: UniqueID
    /// No clock that shows an earlier time than this is trusted.
    public var buildDate: WallTime

    public var requestTimeout: Duration = .milliseconds(5000)
    public var onlineTimeout: Duration = .milliseconds(800)
    public var fallbackCodes: Set<Int> = []
    public var unlisted: UnlistedMeaning = .blocked
    public var checkWindow: CheckWindow = .enforce
    public var checkWindowMaximumAge: Duration = .seconds(12 * 3600)
    public var latePositions: LatePositions = .send
    public var offlineUploads: OfflineUploads = .checkAndLog
    public var token: TokenKind = .call

    public var reportInterval: Duration = .seconds(5)
    /// Between heartbeats of a parked bus; 0, or less than `reportInterval`: no difference.
    public var parkedInterval: Duration = .zero
    /// A bus is parked when it has been slower than 3 km/h for so long, or its ignition is off and it does not move.
    public var parkedAfter: Duration = .seconds(300)

    public var ticketSkew: Duration = .seconds(60)
    /// Empty: ticket keys are the group's texts alone, which is weak.
    public var ticketSecret: [UInt8] = []

    public var maximumRecords = 200_000
    public var concurrency = 4
    public var maximumRefusals = 8
    public var maximumBackoff: Duration = .seconds(30)
    public var acceptedCodes: Set<Int> = []
    public var finalCodes: Set<Int> = []

    /// False: nobody can subscribe, so that no read is followed.
    public var tracksReadEvents = false

    public init(boot: UniqueID, buildDate: WallTime) {
        self.boot = boot
        self.buildDate = buildDate
    }
}
