import Base
import Fares

/// Everything that the configuration says and a decision depends on. Fixed while the program runs, but for `Setting`s.
public struct Policy: Sendable {
    /// A reader or scanner, in the order of the configuration: readers first.
    public struct Source: Sendable {
        public enum Kind: Sendable {
            /// With the profile by which a UID becomes a card number.
            case reader(CardNumberProfile)
            case scanner
        }

        /// `id` in the configuration, which records and read events carry.
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
        /// Of a reader that we poll: chips that lie on it together are one tap, of the first that may ride.
        public var isOneTapPerPresentation: Bool

        public init(
            id: String, kind: Kind, repeatInterval: Duration = .seconds(2), decides: Bool = true,
            readEventTimeout: Duration = .seconds(3), countsEverySighting: Bool = false, isOneTapPerPresentation: Bool = false
        ) {
            self.id = id
            self.kind = kind
            self.repeatInterval = repeatInterval
            self.decides = decides
            self.readEventTimeout = readEventTimeout
            self.countsEverySighting = countsEverySighting
            self.isOneTapPerPresentation = isOneTapPerPresentation
        }
    }

    /// What becomes of a position that could not be sent when it was fresh (`platform.late_positions`).
    public enum LatePositions: String, CaseIterable, Sendable { case send, drop }
    /// Whether the platform's hours of service refuse riders (`platform.check_window`).
    public enum CheckWindow: String, CaseIterable, Sendable { case enforce, ignore }
    /// What a ride that the box decided itself gives rise to (`platform.offline_uploads`, reading 12).
    public enum OfflineUploads: String, CaseIterable, Sendable { case checkAndLog = "check+log", log }

    /// Where the platform's access token comes from (`platform.token`).
    public enum TokenKind: Sendable {
        case fixed(String)
        case call
    }

    /// Readers first, then scanners; a `SourceIndex` is an index into it.
    public var sources: [Source] = []
    /// The kernel's boot id, by which a restart tells whether instants still compare.
    public var boot: UniqueID
    /// No clock that shows an earlier time than this is trusted.
    public var buildDate: WallTime

    /// For an exchange of which nothing else is said (`platform.timeout_ms`).
    public var requestTimeout: Duration = .milliseconds(5000)
    /// To the first byte of a list, which may take its platform long to gather (`platform.list_timeout_ms`).
    public var listTimeout: Duration = .milliseconds(60_000)
    /// How long a rider waits for the platform; the box decides then (`platform.online_timeout_ms`).
    public var onlineTimeout: Duration = .milliseconds(800)
    /// `ret_code`s of an online check at which the box decides itself (`platform.fallback_codes`).
    public var fallbackCodes: Set<Int> = []
    /// What `flag` 0 in an increment means (`platform.flag0`).
    public var unlisted: UnlistedMeaning = .blocked
    /// `platform.check_window`.
    public var checkWindow: CheckWindow = .enforce
    /// Hours of service that were told longer ago refuse nobody (`platform.check_window_max_age_h`).
    public var checkWindowMaximumAge: Duration = .seconds(12 * 3600)
    /// `platform.late_positions`.
    public var latePositions: LatePositions = .send
    /// `platform.offline_uploads`.
    public var offlineUploads: OfflineUploads = .checkAndLog
    /// `platform.token`.
    public var token: TokenKind = .call

    /// Between heartbeats; more than 0 (`gps.report_interval_s`).
    public var reportInterval: Duration = .seconds(5)
    /// Between heartbeats of a parked bus; 0, or less than `reportInterval`: no difference.
    public var parkedInterval: Duration = .zero
    /// A bus is parked when it has been slower than 3 km/h for so long, or its ignition is off and it does not move.
    public var parkedAfter: Duration = .seconds(300)

    /// `[tickets]`.
    public var tickets = TicketSettings()
    /// `tickets.unknown`.
    public var unknownTickets: UnknownTickets = .online

    /// Uploads of taps, waiting or refused, beyond which the box is out of service (`outbox.max_records`).
    public var maximumRecords = 200_000
    /// Uploads under way at once, at least 1 (`outbox.concurrency`).
    public var concurrency = 4
    /// An upload that is refused more often is refused for good (`outbox.max_refusals`).
    public var maximumRefusals = 8
    /// The longest pause before an upload is tried again (`outbox.backoff_max_s`).
    public var maximumBackoff: Duration = .seconds(30)
    /// `ret_code`s beside 0 by which an upload counts as taken (`outbox.accepted_codes`).
    public var acceptedCodes: Set<Int> = []
    /// `ret_code`s at which an upload is refused for good at once (`outbox.final_codes`).
    public var finalCodes: Set<Int> = []

    /// Of memory that the lists may take, those in force and one that is being built together.
    public var listBytes = 128 << 20

    /// False: nobody can subscribe, so that no read is followed.
    public var tracksReadEvents = false

    public init(boot: UniqueID, buildDate: WallTime) {
        self.boot = boot
        self.buildDate = buildDate
    }
}
