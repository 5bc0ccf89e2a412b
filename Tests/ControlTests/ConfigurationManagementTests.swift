import BoxConfiguration
import TestSupport
import Testing
import TomlConfiguration

@testable import validatord

@Suite("the read-event interface in validatord's configuration")
struct ConfigurationManagementTests {
    private let folder: TemporaryFolder
    private let pem: String
    private let tokens: String

    init() throws {
        folder = TemporaryFolder()
        pem = try folder.write("file.pem", "pem")
        tokens = try folder.write("tokens", "# operators\nsecret-of-the-operators\n")
    }

    private func configuration(_ lines: String) throws(ConfigurationError) -> Configuration {
        try Configuration(
            text: "device.id = \"VLD1\"\nplatform.base_url = \"http://localhost:8080\"\n[management]\n\(lines)\n", path: "v.toml")
    }

    private func mistakes(_ lines: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try configuration(lines)
            return []
        } catch {
            return error.description.split(separator: "\n").map { String($0.trimmingPrefix("v.toml:4: management.")) }
        }
    }

    @Test("nothing is served unless configured, whatever the other keys say")
    func none() throws {
        #expect(try configuration("").management.readEvents == nil)
        #expect(try configuration("read_events_plain = true").management.readEvents == nil)
    }

    @Test("this machine alone needs neither tokens nor TLS", arguments: ["127.0.0.1:1443", "127.8.0.1:1443", "[::1]:1443"])
    func loopback(address: String) throws {
        let settings = try #require(try configuration("read_events_listen = \"\(address)\"").management.readEvents)
        #expect(settings.address.description == address)
        #expect(settings.tls == nil)
        #expect(settings.tokensFile == nil)
    }

    @Test("for others there is TLS, or a clear word that there is none")
    func others() throws {
        let common = "read_events_listen = \"0.0.0.0:1443\"\nread_events_tokens_file = \"\(tokens)\"\n"
        let secured = try configuration(common + "read_events_cert = \"\(pem)\"\nread_events_key = \"\(pem)\"")
        let settings = try #require(secured.management.readEvents)
        #expect(settings.tls?.certificate == pem)
        #expect(settings.tls?.key == pem)
        #expect(settings.tokensFile == tokens)
        #expect(try configuration(common + "read_events_plain = true").management.readEvents?.tls == nil)
        let mistakes = mistakes(common)
        #expect(mistakes.count == 1)
        let told = "read_events_listen: is reached by others, who would see the token and all cards;"
        #expect(mistakes.first?.hasPrefix(told) == true)
    }

    @Test("for others there are tokens")
    func tokensForOthers() {
        #expect(
            mistakes("read_events_listen = \"[::]:1443\"\nread_events_plain = true") == [
                "v.toml:3: management.read_events_tokens_file: is missing; without tokens read_events_listen must be 127.0.0.1 or [::1]"
            ])
    }

    @Test(
        "where it listens is a numeric address and a port",
        arguments: [":1443", "1443", "localhost:1443", "0.0.0.0", "0.0.0.0:70000", "0.0.0:1443", "256.0.0.1:1443", "::1443"])
    func address(text: String) {
        #expect(
            mistakes("read_events_listen = \"\(text)\"") == [
                "read_events_listen: must be a numeric address and a port, as in \"0.0.0.0:1443\" or \"[::]:1443\""
            ])
    }

    @Test("certificate and key belong together, and must be there")
    func certificate() {
        #expect(
            mistakes("read_events_cert = \"\(pem)\"") == [
                "v.toml:3: management.read_events_key: is needed too: TLS takes read_events_cert and read_events_key"
            ])
        #expect(
            mistakes("read_events_key = \"\(pem)\"") == [
                "v.toml:3: management.read_events_cert: is needed too: TLS takes read_events_cert and read_events_key"
            ])
        #expect(
            mistakes("read_events_cert = \"/nonexistent\"\nread_events_key = \"\(pem)\"") == [
                "read_events_cert: cannot read /nonexistent: No such file or directory"
            ])
    }

    @Test("a file of tokens that is not there, or holds none, is told")
    func tokensFile() throws {
        let empty = try folder.write("empty", "# none yet\n")
        #expect(
            mistakes("read_events_tokens_file = \"\(empty)\"") == [
                "read_events_tokens_file: \(empty): it holds no token; write one a line, such as the output of: openssl rand -hex 32"
            ])
        #expect(
            mistakes("read_events_tokens_file = \"/nonexistent\"") == [
                """
                read_events_tokens_file: cannot read /nonexistent: No such file or directory; \
                create it with mode 0600, owned by the user that validatord runs as
                """
            ])
    }
}
