import Base
import Cryptography
import HubDomain
import PlatformAPI
import TomlConfiguration

extension HubConfiguration {
    /// `[upstream]`: the platform behind this hub. Names that a box has in `[platform]` mean here what they mean there.
    mutating func readUpstream(_ table: ConfigurationReader) {
        let zone = policy.zone
        policy.upstream = Self.upstream(table)
        policy.upstream.timeZone = zone
    }

    private static func upstream(_ table: ConfigurationReader) -> UpstreamSettings {
        var settings = UpstreamSettings()
        readAddress(table, &settings)
        readManner(table, &settings)
        readToken(table, &settings)
        readRefusals(table, &settings)
        return settings
    }

    private static func readAddress(_ table: ConfigurationReader, _ settings: inout UpstreamSettings) {
        let address = ServiceAddress(table.string("base_url", default: ""))
        settings.isPlainAllowed = table.boolean("allow_plain", default: false)
        settings.baseURL = address.text
        if let mistake = address.mistake(
            isPlainAllowed: settings.isPlainAllowed, in: "upstream", exposing: "the tokens, the ticket keys and all cards")
        {
            table.report("base_url", mistake)
        }
        settings.authoritiesFile = table.optionalFile("ca_file")
        settings.clientCertificateFile = table.optionalFile("client_cert")
        settings.clientKeyFile = table.optionalFile("client_key")
        if settings.clientCertificateFile.isEmpty != settings.clientKeyFile.isEmpty {
            table.report(
                settings.clientKeyFile.isEmpty ? "client_key" : "client_cert",
                "is needed too: mutual TLS takes client_cert and client_key, or neither")
        }
        settings.authorizationFile = table.string("authorization_file", default: "")
        do throws(SecretFileError) {
            _ = try ConfigurationFile.authorization(
                in: settings.authorizationFile, of: "validator-hub", group: "validator-hub", nextStep: authorizationStep)
        } catch {
            table.report("authorization_file", error.description)
        }
        if !settings.authorizationFile.isEmpty, address.holdsPassword {
            table.report("base_url", "holds a user, which authorization_file goes in the place of; keep one of the two")
        }
    }

    /// What an operator does whose `upstream.authorization_file` cannot be used.
    static let authorizationStep = "ask the platform's operator for another"

    /// Whether the certificate that the hub shows the platform has ended or will within a week, and what to do about it.
    func certificateWarnings(at now: WallTime) -> [String] {
        let path = policy.upstream.clientCertificateFile
        guard !path.isEmpty else { return [] }
        guard let pem = try? ConfigurationFile.read(path), let end = certificateExpiries(pem: pem)?.first else {
            return ["upstream.client_cert: \(path) holds no readable PEM certificate; put a good one there"]
        }
        guard end < now + .seconds(7 * 86400) else { return [] }
        let day = policy.zone.civil(end).date
        return [
            end <= now
                ? "upstream.client_cert: \(path) has ended on \(day): the platform will refuse this hub; put its successor there"
                : "upstream.client_cert: \(path) ends on \(day); put its successor there, which the next connection takes"
        ]
    }

    private static func readManner(_ table: ConfigurationReader, _ settings: inout UpstreamSettings) {
        settings.body = table.choice("body", default: settings.body)
        settings.binaryTicket = table.choice("binary_as", default: settings.binaryTicket)
        settings.unlisted = table.choice("flag0", default: settings.unlisted)
        settings.onlineTimeout = table.milliseconds("online_timeout_ms", default: 650, in: 50...10_000)
        settings.timeout = table.milliseconds("timeout_ms", default: 5000, in: 100...60_000)
        settings.listTimeout = table.milliseconds("list_timeout_ms", default: 60_000, in: 100...600_000)
        settings.stall = table.milliseconds("stall_ms", default: 10_000, in: 100...120_000)
        settings.whenAway = table.choice("when_away", default: settings.whenAway)
        settings.latePositions = table.choice("late_positions", default: settings.latePositions)
        settings.maximumRequestsPerSecond = table.integer("max_requests_per_s", default: 0, in: 0...100_000)
        settings.maximumWaiting = table.integer("max_waiting", default: settings.maximumWaiting, in: 1...100_000_000)
    }

    private static func readToken(_ table: ConfigurationReader, _ settings: inout UpstreamSettings) {
        settings.tokenCall.call = table.nonEmptyString("token_call", default: settings.tokenCall.call)
        settings.tokenCall.applicationID = table.string("app_id", default: "")
        settings.tokenCall.secret = String(decoding: table.secret("secret_file", of: "validator-hub"), as: UTF8.self)
        settings.tokenCall.applicationIDField = table.nonEmptyString("field_app_id", default: "app_id")
        settings.tokenCall.secretField = table.nonEmptyString("field_secret", default: "secret")
        settings.tokenCall.tokenField = table.nonEmptyString("field_token", default: "token")
        settings.tokenCall.expiresInField = table.nonEmptyString("field_expires_in", default: "expires_in")
        settings.tokens = staticTokens("tokens_file", in: table)
    }

    private static func readRefusals(_ table: ConfigurationReader, _ settings: inout UpstreamSettings) {
        settings.acceptedCodes = Set(table.integers("accepted_codes", default: []))
        settings.finalCodes = Set(table.integers("final_codes", default: []))
        settings.tokenRefusedCodes = Set(table.integers("token_refused_codes", default: []))
        settings.maximumRefusals = table.integer("max_refusals", default: settings.maximumRefusals, in: 1...1000)
        for (key, codes) in [
            ("accepted_codes", settings.acceptedCodes), ("final_codes", settings.finalCodes),
            ("token_refused_codes", settings.tokenRefusedCodes),
        ] where codes.contains(0) {
            table.report(key, "must not hold 0, which always means success")
        }
        if let code = settings.finalCodes.intersection(settings.acceptedCodes).min() {
            table.report("final_codes", "\(code) is among accepted_codes too; keep one of the two")
        }
    }
}
