import Base
import Cryptography
import Fares
import Glibc
import TestSupport
import Testing
import TomlConfiguration

@testable import HubDomain
@testable import validator_hub

struct HubConfigurationTests {
    private func parse(_ text: String) throws(ConfigurationError) -> HubConfiguration {
        try ConfigurationReader.parse(Array(text.utf8), path: "hub.toml", HubConfiguration.read)
    }

    @Test("an empty file is a hub with the documented defaults")
    func defaults() throws {
        let configuration = try parse("")
        #expect(configuration.port == 8080)
        #expect(configuration.host == "127.0.0.1" && configuration.proxies == ["127.0.0.1", "::1"])
        #expect(configuration.policy.authentication == .secret && !configuration.policy.registersDevices)
        #expect(configuration.policy.defaults == DeviceSettings())
        #expect(configuration.policy.tokenLifetime == .seconds(3600))
    }

    @Test("secrets and tokens that others may read are warned of")
    func exposures() throws {
        let folder = TemporaryFolder()
        let files = try ["platform.secret", "ticket.secret", "tokens"].map { try folder.write($0, "x") }
        let path = try folder.write(
            "hub.toml",
            """
            [tokens]
            secret_file = "\(files[0])"
            static_file = "\(files[2])"
            [tickets]
            secret_file = "\(files[1])"
            """)
        for file in files { #expect(unsafe chmod(file, 0o644) == 0) }
        let told = HubConfiguration.exposures(in: path)
        #expect(told.count == 3 && files.allSatisfy { file in told.contains { $0.hasPrefix("\(file) holds a secret") } })
        for file in files { #expect(unsafe chmod(file, 0o600) == 0) }
        #expect(HubConfiguration.exposures(in: path).isEmpty)
    }

    @Test("so are the database, its log and the key of pseudonyms, where others may enter their folder")
    func exposedDatabase() throws {
        let folder = TemporaryFolder()
        let path = try folder.write("hub.toml", "[database]\npath = \"\(folder.path)/hub.db\"\n")
        let files = try ["hub.db", "hub.db-wal", "pseudonyms.key", "test-root.key"].map { try folder.write($0, "x") }
        for file in files { #expect(unsafe chmod(file, 0o644) == 0) }
        #expect(unsafe chmod(folder.path, 0o700) == 0)
        #expect(HubConfiguration.exposures(in: path).isEmpty)
        #expect(unsafe chmod(folder.path, 0o755) == 0)
        let told = HubConfiguration.exposures(in: path)
        #expect(told.count == 4 && files.allSatisfy { file in told.contains { $0.hasPrefix("\(file) holds a secret") } })
        for file in files { #expect(unsafe chmod(file, 0o600) == 0) }
        #expect(HubConfiguration.exposures(in: path).isEmpty)
    }

    @Test("every mistake is reported with its line")
    func mistakes() {
        let text = """
            [server]
            listen = "8080"
            [devices]
            check_mode = 2
            window = "all day"
            auto_registr = true
            [log]
            level = "loud"
            [tokens]
            secret_file = "/nonexistent/secret"
            """
        do throws(ConfigurationError) {
            _ = try parse(text)
            Issue.record("accepted")
        } catch {
            let lines = error.description.split(separator: "\n").map { $0.split(separator: " ")[0...1].joined(separator: " ") }
            #expect(
                lines == [
                    "hub.toml:2: server.listen:", "hub.toml:4: devices.check_mode:", "hub.toml:5: devices.window:",
                    "hub.toml:6: devices.auto_registr:", "hub.toml:8: log.level:", "hub.toml:10: tokens.secret_file:",
                ])
        }
    }

    @Test(
        "a hub that others reach knows who calls, unless its operator says that nobody else is there",
        arguments: [
            ("listen = \"0.0.0.0:8080\"", "none", false), ("listen = \"[::]:8080\"", "none", false),
            ("listen = \"hub.example:80\"", "none", false), ("listen = \"127.evil.example:80\"", "none", false),
            ("listen = \"0.0.0.0:8080\"\ninsecure = true", "none", true), ("listen = \"127.0.0.1:8080\"", "none", true),
            ("listen = \"[::1]:8080\"", "none", true), ("listen = \"0.0.0.0:8080\"", "secret", true),
            ("listen = \"0.0.0.0:8080\"", "certificate", true),
        ])
    func exposure(server: String, authentication: String, isTaken: Bool) throws {
        let text = "[server]\n\(server)\n[devices]\nauthentication = \"\(authentication)\"\n"
        if isTaken {
            #expect(throws: Never.self) { try parse(text) }
        } else {
            let error = #expect(throws: ConfigurationError.self) { _ = try parse(text) }
            #expect(error?.exitCode == 78)
            #expect(error?.description.contains("authentication = \"secret\"") == true)
            #expect(error?.description.contains("insecure = true") == true)
        }
    }

    @Test("addresses of either kind are told apart from their ports")
    func addresses() throws {
        let configuration = try parse("[server]\nlisten = \"[::1]:90\"\npublic_url = \"https://hub.example/\"\n")
        #expect(configuration.host == "::1" && configuration.port == 90 && configuration.publicURL == "https://hub.example")
        for line in [
            "listen = \"::1:90\"", "listen = \"[::1]\"", "listen = \":90\"", "trusted_proxies = [\"proxy\"]",
            "public_url = \"hub.example\"", "public_url = \"https://\"",
        ] {
            #expect(throws: ConfigurationError.self) { _ = try parse("[server]\n\(line)\n") }
        }
    }

    @Test("tickets are read under the keys that a box has for them, root keys from their file")
    func tickets() throws {
        let folder = TemporaryFolder()
        var random = SystemRandomNumberGenerator()
        let line = "7,\(hexadecimal(SM2Key(using: &random).coordinates))"
        let file = try folder.write("roots", "# of the ministry\n\(line)\n")
        let policy = try parse(
            """
            [tickets]
            codecs = ["transport"]
            transport_roots_file = "\(file)"
            transport_issuers = ["12345678", "!00000001"]
            transport_fare_fen = 200
            transport_accept_test = true
            [sounds]
            no_root_key = 7
            certificate_expired = 8
            issuer_not_accepted = 9
            authorisation_expired = 10
            amount_exceeded = 11
            """
        ).policy
        #expect(policy.roots.keys.map(\.index) == [7] && policy.tickets.codecs == [.transport])
        let terms = policy.tickets.transport
        #expect(
            terms.issuers == ["12345678"] && terms.deniedIssuers == ["00000001"] && terms.fareFen == 200 && terms.acceptsTests)
        #expect(policy.sounds[.noRootKey] == 7 && policy.sounds[.amountExceeded] == 11)
        #expect(try parse("").policy.roots.isEmpty && parse("").policy.tickets == TicketSettings())
    }

    @Test("a file of root keys that is missing or wrong, and what is no issuer, are mistakes", arguments: [true, false])
    func badRoots(isThere: Bool) throws {
        let folder = TemporaryFolder()
        let file = isThere ? try folder.write("roots", "# none\n\n7,00\n") : "/nonexistent/roots"
        let text = "[tickets]\ntransport_issuers = [\"1234567a\"]\ntransport_roots_file = \"\(file)\""
        let error = #expect(throws: ConfigurationError.self) { _ = try parse(text) }
        let told = error?.description ?? ""
        #expect(
            told.contains("hub.toml:2: tickets.transport_issuers: ")
                && told.contains("hub.toml:3: tickets.transport_roots_file: "))
        #expect(told.contains(isThere ? "\(file): line 3" : file))
    }

    @Test("the newline at the end of a secret file is no part of the secret")
    func secret() throws {
        let folder = TemporaryFolder()
        let path = try folder.write("secret", "provisioning secret\n")
        #expect(try parse("[tickets]\nsecret_file = \"\(path)\"").policy.tickets.secret == Array("provisioning secret".utf8))
    }

    @Test("root keys that have ended, or will within 60 days, are warned of")
    func rootWarnings() throws {
        var configuration = HubConfiguration()
        func key(_ index: UInt8, _ end: CertificateMonth?) throws -> RootKey {
            try #require(RootKey(index: index, point: SM2Key(using: &random).coordinates, end: end))
        }
        var random = SystemRandomNumberGenerator()
        configuration.policy.roots = try RootKeySet(
            [
                key(1, nil), key(2, CertificateMonth(year: 2039, month: 12)), key(3, CertificateMonth(year: 2023, month: 12)),
                key(4, CertificateMonth(year: 2023, month: 10)),
            ], verifier: Libcrypto())
        let now = WallTime(seconds: 1_700_000_000)
        let warnings = configuration.rootWarnings(at: now)
        #expect(warnings.count == 2)
        #expect(warnings.first?.hasPrefix("tickets: root key 3 ends with 2023-12; ") == true)
        #expect(warnings.last?.hasPrefix("tickets: root key 4 has ended with 2023-10: ") == true)
        configuration.policy.tickets.codecs = [.vt1]
        #expect(configuration.rootWarnings(at: now).isEmpty)
    }
}
