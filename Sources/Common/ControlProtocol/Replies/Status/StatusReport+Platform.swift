import Base
import JSON

extension StatusReport {
    /// `platform`: the link to it.
    public struct Platform: ControlValue {
        public enum State: String, Sendable {
            /// Not asked yet.
            case unknown
            case online
            case offline
        }

        public var state: State?
        /// Plain HTTP to another machine (`platform.allow_plain`): token, keys and cards pass in the clear.
        public var isPlain = false
        /// Each call carries the box's own secret (`platform.authorization_file`).
        public var isAuthorised = false
        public var lastSuccessAge: Duration?
        /// The latest exchange that brought no usable reply, be it that others have succeeded since; nil when there was none.
        public var lastError: String?
        public var lastErrorAge: Duration?
        /// Its call, as the platform's document names it.
        public var lastErrorCall: String?
        /// Of the certificates that the link depends on, the one that ends first; nil when none is known.
        public var certificate: Certificate?

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("state", &state)
            member("plain", &isPlain)
            member("authorised", &isAuthorised)
            member("last_success_age_s", seconds: &lastSuccessAge)
            member("last_error", &lastError)
            member("last_error_age_s", seconds: &lastErrorAge)
            member("last_error_call", &lastErrorCall)
            member("certificate", &certificate)
        }
    }

    public struct Certificate: ControlValue {
        /// The file that holds it, or the server's host.
        public var name = ""
        /// The last moment at which it is valid.
        public var expires: WallTime?

        public init() {}

        public init(name: String, expires: WallTime) {
            self.name = name
            self.expires = expires
        }

        public mutating func members(_ member: inout ControlMembers) {
            member("name", &name)
            member("expires", &expires)
        }
    }

    /// `clock`: the time that records are dated by.
    public struct Clock: ControlValue {
        public var source: ClockSource?
        /// The trusted time minus the system's clock; nil without a trusted time.
        public var offset: Duration?

        public init() {}

        public init(source: ClockSource, offset: Duration?) {
            self.source = source
            self.offset = offset
        }

        public mutating func members(_ member: inout ControlMembers) {
            member(
                "source", &source, write: { $0.map { .string($0.name) } ?? .null },
                read: { value in ClockSource.allCases.first { $0.name == value.string } })
            member("offset_ms", milliseconds: &offset)
        }
    }
}
