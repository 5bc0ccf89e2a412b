import Base
import Foundation
import HubDomain
import TestSupport
import Testing
import TomlConfiguration

@testable import validator_hub

@Suite("The configuration of a hub in front of a platform")
struct UpstreamConfigurationTests {
    private func parse(_ lines: String) throws(ConfigurationError) -> UpstreamSettings {
        try ConfigurationReader.parse(Array("[upstream]\n\(lines)\n".utf8), path: "hub.toml", HubConfiguration.read).policy
            .upstream
    }

    @Test("without a word there is no platform, and the defaults are the documented ones")
    func defaults() throws {
        let settings = try parse("")
        #expect(!settings.isInFront && settings.onlineTimeout == .milliseconds(650) && settings.whenAway == .box)
        #expect(settings.latePositions == .drop && settings.maximumWaiting == 10_000_000 && settings.maximumRefusals == 8)
    }

    @Test("each key is read")
    func keys() throws {
        let folder = TemporaryFolder()
        let secret = try folder.write("secret", "s3cret\n")
        let tokens = try folder.write("tokens", "VLD1 a-token-of-vld1\n* everybodys-token\n")
        let settings = try parse(
            """
            base_url = "https://platform.example/hw/"
            online_timeout_ms = 500
            when_away = "hub"
            body = "form"
            binary_as = "base64"
            flag0 = "remove"
            late_positions = "send"
            timeout_ms = 4000
            stall_ms = 9000
            max_requests_per_s = 200
            max_waiting = 1000
            accepted_codes = [12]
            final_codes = [13]
            max_refusals = 3
            app_id = "hub"
            secret_file = "\(secret)"
            field_token = "access_token"
            tokens_file = "\(tokens)"
            authorization_file = "\(secret)"
            """)
        #expect(settings.isInFront && settings.baseURL == "https://platform.example/hw")
        #expect(settings.onlineTimeout == .milliseconds(500) && settings.whenAway == .hub && settings.body == .form)
        #expect(settings.binaryTicket == .base64 && settings.unlisted == .removed && settings.latePositions == .send)
        #expect(settings.timeout == .seconds(4) && settings.stall == .seconds(9) && settings.maximumRequestsPerSecond == 200)
        #expect(settings.maximumWaiting == 1000 && settings.acceptedCodes == [12] && settings.finalCodes == [13])
        #expect(settings.maximumRefusals == 3 && settings.tokenCall.applicationID == "hub")
        #expect(settings.tokenCall.secret == "s3cret" && settings.tokenCall.tokenField == "access_token")
        #expect(settings.tokens.token(of: "VLD1") == "a-token-of-vld1" && settings.tokens.token(of: "VLD2") == "everybodys-token")
        #expect(settings.authorizationFile == secret)
    }

    @Test(
        "what cannot be meant is a mistake",
        arguments: [
            "base_url = \"http://platform.example\"", "base_url = \"platform\"", "when_away = \"nobody\"",
            "accepted_codes = [0]", "final_codes = [7]\naccepted_codes = [7]", "max_refusals = 0", "late_position = \"send\"",
            "tokens_file = \"/nonexistent\"", "authorization_file = \"/nonexistent\"", "client_key = \"/dev/null\"",
        ])
    func mistakes(lines: String) {
        #expect(throws: ConfigurationError.self) { _ = try parse(lines) }
    }

    @Test("row 13, a certificate for the platform is told of a week before its end, and when it has ended")
    func certificate() throws {
        let folder = TemporaryFolder()
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/openssl")
        openssl.arguments =
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=hub", "-days", "30"]
            + ["-keyout", folder.path("key"), "-out", folder.path("cert")]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        var configuration = HubConfiguration()
        configuration.policy.upstream = try parse(
            "client_cert = \"\(folder.path("cert"))\"\nclient_key = \"\(folder.path("key"))\"")
        func warnings(in days: Int) -> [String] {
            configuration.certificateWarnings(at: WallTime(seconds: Int64(Date().timeIntervalSince1970) + Int64(days) * 86400))
        }
        #expect(warnings(in: 22).isEmpty)
        #expect(warnings(in: 24).count == 1 && warnings(in: 24).allSatisfy { $0.contains(" ends on ") })
        #expect(warnings(in: 31).allSatisfy { $0.contains(" has ended on ") } && warnings(in: 31).count == 1)
    }

    @Test(
        "commands that set what the platform rules are wrong usage",
        arguments: [
            ["import-cards", "cards.csv"], ["rotate-keys"], ["add-keys"], ["set-mode", "--device", "VLD1", "line=26"],
            ["print-ticket", "--card", "AA"],
        ])
    func ruled(arguments: [String]) async throws {
        let folder = TemporaryFolder()
        let path = try folder.write(
            "hub.toml",
            "[database]\npath = \"\(folder.path)/hub.db\"\n[upstream]\nbase_url = \"https://platform.example\"\n")
        #expect(await ValidatorHub.exitCode(of: arguments, configuration: path) == 64)
    }
}
