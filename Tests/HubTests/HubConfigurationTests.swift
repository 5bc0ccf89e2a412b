import Base
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
        #expect(configuration.policy.registersDevices)
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
        let files = try ["hub.db", "hub.db-wal", "pseudonyms.key"].map { try folder.write($0, "x") }
        for file in files { #expect(unsafe chmod(file, 0o644) == 0) }
        #expect(unsafe chmod(folder.path, 0o700) == 0)
        #expect(HubConfiguration.exposures(in: path).isEmpty)
        #expect(unsafe chmod(folder.path, 0o755) == 0)
        let told = HubConfiguration.exposures(in: path)
        #expect(told.count == 3 && files.allSatisfy { file in told.contains { $0.hasPrefix("\(file) holds a secret") } })
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

    @Test("the newline at the end of a secret file is no part of the secret")
    func secret() throws {
        let folder = TemporaryFolder()
        let path = try folder.write("secret", "provisioning secret\n")
        #expect(try parse("[tickets]\nsecret_file = \"\(path)\"").policy.tickets.secret == Array("provisioning secret".utf8))
    }
}
