import Fares
import PlatformAPI
import TomlConfiguration
import ValidatorCore

extension Configuration {
    /// `[platform]`: the platform, and how it wants to be spoken to.
    public struct Platform: Hashable, Sendable {
        /// Without a slash at its end.
        public var baseURL: String
        /// Plain HTTP to another machine: whoever is on the way reads and changes what passes. Only on the operator's explicit word.
        public var isPlain: Bool
        /// The operator's word for that, which holds for the hub that manages this box, too.
        public var isPlainAllowed: Bool
        public var body: WireFormat.Body
        /// A name of the system's zone database.
        public var timeZone: String
        public var timeFormat: TimeFormat
        public var coordinates: CoordinateSystem
        /// To connect, and to the first byte.
        public var timeout: Duration
        /// To the first byte of a list.
        public var listTimeout: Duration
        /// No byte for so long ends a transfer.
        public var stall: Duration
        public var onlineTimeout: Duration
        public var fallbackCodes: Set<Int>
        public var unlisted: UnlistedMeaning
        public var checkWindow: Policy.CheckWindow
        public var checkWindowMaximumAge: Duration
        public var latePositions: Policy.LatePositions
        public var offlineUploads: Policy.OfflineUploads
        /// PEM files; empty: none, and for the authorities the system's.
        public var authoritiesFile: String
        public var clientCertificateFile: String
        public var clientKeyFile: String
        /// The file of what each call carries as `Authorization: Bearer …`; empty: none. Its content is not part of the configuration:
        /// it may change while the program runs.
        public var authorizationFile: String
        public var token: Token

        init(_ table: ConfigurationReader) {
            let address = ServiceAddress(table.requiredString("base_url"))
            isPlainAllowed = table.boolean("allow_plain", default: false)
            if let mistake = address.mistake(
                isPlainAllowed: isPlainAllowed, exposing: "the token, the ticket keys and all cards")
            {
                table.report("base_url", mistake)
            }
            (baseURL, isPlain) = (address.text, address.isPlain)
            body = table.choice("body", default: .json)
            timeZone = table.timeZone("time_zone", default: "Asia/Shanghai")
            timeFormat = table.choice("time_format", default: .datetime)
            coordinates = table.choice("coordinates", default: .wgs84)
            timeout = table.milliseconds("timeout_ms", default: 5000, in: 100...60_000)
            listTimeout = table.milliseconds("list_timeout_ms", default: 60_000, in: 100...600_000)
            stall = table.milliseconds("stall_ms", default: 10_000, in: 100...120_000)
            onlineTimeout = table.milliseconds("online_timeout_ms", default: 800, in: 50...10_000)
            fallbackCodes = Set(table.integers("fallback_codes", default: []))
            if fallbackCodes.contains(0) {
                table.report("fallback_codes", "must not hold 0, which always means success")
            }
            unlisted = table.choice("flag0", default: .blocked)
            checkWindow = table.choice("check_window", default: .enforce)
            checkWindowMaximumAge = .seconds(3600 * table.integer("check_window_max_age_h", default: 12, in: 1...168))
            latePositions = table.choice("late_positions", default: .send)
            offlineUploads = table.choice("offline_uploads", default: .checkAndLog)
            authoritiesFile = table.optionalFile("ca_file")
            clientCertificateFile = table.optionalFile("client_cert")
            clientKeyFile = table.optionalFile("client_key")
            if clientCertificateFile.isEmpty != clientKeyFile.isEmpty {
                table.report(
                    clientKeyFile.isEmpty ? "client_key" : "client_cert",
                    "is needed too: mutual TLS takes client_cert and client_key, or neither")
            }
            token = Token(table.table("token"))
            authorizationFile = table.string("authorization_file", default: "")
            do throws(SecretFileError) { _ = try authorization() } catch { table.report("authorization_file", error.description) }
            if !authorizationFile.isEmpty, address.holdsPassword {
                table.report("base_url", "holds a user, which authorization_file goes in the place of; keep one of the two")
            }
        }

        /// `[platform.token]`: what list and key calls are authorised with.
        public struct Token: Hashable, Sendable {
            public enum Kind: String, CaseIterable, Sendable {
                case fixed = "static"
                case call
            }

            public var kind: Kind
            /// The token itself, of kind `static`.
            public var value: String
            public var call: String
            public var applicationID: String
            public var secret: String
            public var applicationIDField: String
            public var secretField: String
            public var tokenField: String
            public var expiresInField: String

            init(_ table: ConfigurationReader) {
                kind = table.choice("kind", default: .call)
                value = String(decoding: table.secret("value_file"), as: UTF8.self)
                if kind == .fixed, table.string("value_file", default: "").isEmpty {
                    table.report("value_file", "is missing; kind \"static\" needs the file that holds the token")
                }
                call = table.nonEmptyString("call", default: "get_token")
                applicationID = table.string("app_id", default: "")
                secret = String(decoding: table.secret("secret_file"), as: UTF8.self)
                applicationIDField = table.nonEmptyString("field_app_id", default: "app_id")
                secretField = table.nonEmptyString("field_secret", default: "secret")
                tokenField = table.nonEmptyString("field_token", default: "token")
                expiresInField = table.nonEmptyString("field_expires_in", default: "expires_in")
            }
        }
    }
}
