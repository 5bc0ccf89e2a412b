import Base
import Fares
import Hardware
import JSON
import ValidatorCore

/// Everything that `validatorctl status` tells. `json` is a stable interface, described in docs/control-protocol.md.
nonisolated struct StatusReport: Sendable {
    var deviceID: String
    var version: String
    /// Where the daemon has its configuration from.
    var configurationFile = ""
    var uptime: Duration
    var modes: Modes
    var window: ServiceWindow?
    var cards: List
    var line: List
    var keys: Keys
    var outbox: Outbox
    var gps: GPS
    var readers: [Source]
    var scanners: [Source]
    var platform: Platform
    var clock: Clock
    var modem = Modem(state: .unknown, dataUse: DataUse())
    var vehicle = Vehicle()
    var latency: Latency
    /// Resident memory; nil when the system does not tell.
    var memoryKilobytes: Int?

    struct List: Sendable {
        /// `"0"` before any.
        var version: String
        /// Of the increments applied since; `"0"` on a line list.
        var incrementVersion: String
        var count: Int
        /// Since it was adopted; nil when no clock was trusted then or is now.
        var age: Duration?
    }

    struct Keys: Sendable {
        /// `"0"` before any key group.
        var version: String
        var ids: [UInt8]
        /// Since the group came into force; nil when that is not known.
        var age: Duration?
        /// Of the earlier group whose tickets are still honoured.
        var previousVersion: String?
        /// Without a provisioning secret, one captured code is enough to search the key.
        var isWeak: Bool
    }

    struct Outbox: Sendable {
        var records: Int
        var positions: Int
        var refused: Int
        /// Carried away in a file by a technician.
        var collected: Int
        var droppedPositions: Int
        /// Of the oldest record that waits; nil when none does.
        var oldestAge: Duration?
    }

    struct GPS: Sendable {
        enum Quality: String, Sendable {
            case none
            case twoDimensional = "2d"
            case threeDimensional = "3d"
        }

        var fix: Quality
        var position: Position?
        /// Since the last report of the receiver; nil before any.
        var age: Duration?
    }

    /// A reader or a scanner.
    struct Source: Sendable {
        var id: String
        var device: String
        /// For people: `ready`, or what is wrong and what happens next.
        var state: String
        /// Firmware, or what went wrong last and what happens next; empty when there is nothing to say.
        var detail: String
        /// Since it last answered or read something; nil before that.
        var lastSeenAge: Duration?
        /// Cards or codes read since the start.
        var reads: Int
        /// Cards found that could not be read, or scans thrown away, since the start.
        var failedReads: Int
        /// Nil for a scanner, which cannot be asked whether it is well.
        var recovery: RecoveryLadder?
    }

    struct Platform: Sendable {
        enum State: String, Sendable {
            /// Not asked yet.
            case unknown
            case online
            case offline
        }

        var state: State
        var lastSuccessAge: Duration?
        /// Nil when there was none since the last success.
        var lastError: String?
        /// Of the certificates that the link depends on, the one that ends first; nil when none is known.
        var certificate: WatchedCertificate?
    }

    struct Clock: Sendable {
        var source: ClockSource
        /// The trusted time minus the system's clock; nil without a trusted time.
        var offset: Duration?
    }

    struct Modem: Sendable {
        var state: ModemKeeper.State
        var dataUse: DataUse
    }

    struct Vehicle: Sendable {
        /// Nil where no line tells of it, or before it was read.
        var isIgnitionOn: Bool?
        /// In how long the box means to shut down.
        var shutdown: Duration?
        /// By its speed or its ignition.
        var isParked = false
    }

    struct Latency: Sendable {
        /// From the tap to the decision, to the durable record, and to the light.
        var decide = LatencyHistogram()
        var durable = LatencyHistogram()
        var answer = LatencyHistogram()
    }
}
