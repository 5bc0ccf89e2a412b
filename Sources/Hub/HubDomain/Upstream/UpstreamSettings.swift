import Base
import Fares
import PlatformAPI

/// `[upstream]`: the platform in front of which this hub stands, and how it wants to be spoken to. Names that a box's `[platform]` has mean here
/// what they mean there. Times and coordinates of devices go up as they were written.
public struct UpstreamSettings: Sendable {
    /// Who decides online checks while the platform is away.
    public enum WhenAway: String, CaseIterable, Sendable {
        /// The box, which is answered 503 at once.
        case box
        /// The hub, from the platform's lists and keys as it holds them; the platform is told later.
        case hub
    }

    /// What becomes of positions that are old before the platform can have them.
    public enum LatePositions: String, CaseIterable, Sendable {
        /// They are kept here alone.
        case drop
        /// They are sent when nothing newer waits.
        case send
    }

    /// Without a slash at its end; empty: there is no platform, the hub decides by itself.
    public var baseURL = ""
    /// `allow_plain`: the operator's word that `baseURL` may be plain HTTP to another machine.
    public var isPlainAllowed = false
    public var body = WireFormat.Body.json
    /// How a code that is no text goes into `qr_code` (`binary_as`).
    public var binaryTicket = WireFormat.BinaryTicket.hex
    /// What `flag` 0 means in the platform's card lists (`flag0`).
    public var unlisted = UnlistedMeaning.blocked
    /// The zone of times in replies that name none: the hub's `time_zone`.
    public var timeZone: any TimeZoneRules = FixedZone.shanghai

    /// From the arrival of an online check, or of a device's first heartbeat, to the platform's answer (`online_timeout_ms`): a box's own 800 ms
    /// less what the way to it takes.
    public var onlineTimeout = Duration.milliseconds(650)
    /// To connect, and to the first byte of a reply (`timeout_ms`).
    public var timeout = Duration.seconds(5)
    /// To the first byte of a list (`list_timeout_ms`).
    public var listTimeout = Duration.seconds(60)
    /// No byte for so long ends a transfer (`stall_ms`).
    public var stall = Duration.seconds(10)
    public var whenAway = WhenAway.box
    public var latePositions = LatePositions.drop

    /// The token call (`token_call`), with `app_id` and the secret (`secret_file`), and the names of its fields (`field_app_id` and so on).
    public var tokenCall = WireFormat.TokenCall()
    /// Tokens that an operator sets by hand, of a device by its name on the platform, or of all (`tokens_file`); where a device has one, the token
    /// call is never used for it.
    public var tokens = StaticTokens()
    /// A reply to a list or key call with one of these codes says that the token is good no longer (`token_refused_codes`). Empty: each code but 0
    /// may mean that.
    public var tokenRefusedCodes: Set<Int> = []

    /// File of what each call carries as `Authorization: Bearer …`, read when it is needed, since it may change while the hub runs; empty: none.
    public var authorizationFile = ""
    /// PEM files (`ca_file`, `client_cert`, `client_key`); empty: none, and for the authorities the system's.
    public var authoritiesFile = ""
    public var clientCertificateFile = ""
    public var clientKeyFile = ""

    /// Requests that the platform is sent at most each second (`max_requests_per_s`); 0: as many as there are.
    public var maximumRequestsPerSecond = 0
    /// Codes besides 0 by which the platform has taken a booking or log: "known already" of some platforms. Never 0.
    public var acceptedCodes: Set<Int> = []
    /// Codes by which it never will. Neither 0 nor an accepted one.
    public var finalCodes: Set<Int> = []
    /// A booking or log that was refused so often, by other codes, is put aside for an operator; at least 1.
    public var maximumRefusals = 8
    /// Calls that may wait for the platform (`max_waiting`); beyond, devices are answered 503 and keep theirs. At least 1.
    public var maximumWaiting = 10_000_000

    public init() {}

    /// Whether there is a platform behind this hub.
    public var isInFront: Bool { !baseURL.isEmpty }
}
