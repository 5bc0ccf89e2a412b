import BoxConfiguration
import Glibc
import TestSupport
import Testing
import TomlConfiguration

@testable import validatord

@Suite("mistakes in validatord's configuration")
struct ConfigurationMistakeTests {
    private static let good = "device.id = \"VLD1\"\nplatform.base_url = \"http://localhost:8080\"\n"

    /// The mistakes in `text` behind two good lines.
    private func mistakes(_ text: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try Configuration(text: Self.good + text, path: "v.toml")
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test("an empty file lacks two keys, and says nothing else")
    func empty() {
        #expect {
            try Configuration(text: "", path: "v.toml")
        } throws: { error in
            guard let error = error as? ConfigurationError else { return false }
            return error.description == "v.toml:1: device.id: is missing\nv.toml:1: platform.base_url: is missing"
                && error.exitCode == 78
        }
    }

    @Test("a file that is not there is told so, and has an exit code of its own")
    func missing() {
        #expect {
            try Configuration(path: "/nonexistent/v.toml")
        } throws: { error in
            guard let error = error as? ConfigurationError else { return false }
            return error.description == "cannot read /nonexistent/v.toml: No such file or directory" && error.exitCode == 66
        }
    }

    @Test("all mistakes at once, each with its line")
    func allAtOnce() {
        #expect(
            mistakes(
                """
                [gps]
                host = "10.0.0.7"
                prot = 2947
                [indicators]
                volume_percent = 101
                [outbox]
                concurrency = "4"
                [log]
                level = "verbose"
                [lgo]
                """) == [
                    "v.toml:4: gps.host: \"10.0.0.7\" is not this machine; use \"127.0.0.1\", \"::1\" or \"localhost\"",
                    "v.toml:5: gps.prot: is unknown; did you mean port?",
                    "v.toml:7: indicators.volume_percent: 101 is out of range; 0 to 100",
                    "v.toml:9: outbox.concurrency: must be a whole number, not a string",
                    "v.toml:11: log.level: \"verbose\" is unknown; one of \"trace\", \"debug\", \"info\", \"notice\", "
                        + "\"warning\", \"error\", \"critical\"",
                    "v.toml:12: lgo: is unknown; did you mean log?",
                ])
    }

    @Test("what only later releases do is refused, never ignored")
    func laterReleases() {
        #expect(
            mistakes("[management]\nmqtt_url = \"mqtt://127.0.0.1\"") == [
                "v.toml:4: management.mqtt_url: mqtt_url is not supported by this release; leave it empty"
            ])
    }

    @Test("an unknown protocol is told with those that there are")
    func unknownProtocol() {
        #expect(
            mistakes("[[reader]]\nprotocol = \"pn523\"") == [
                "v.toml:4: reader[0].protocol: \"pn523\" is unknown; did you mean pn532?; one of \"pn532\", \"uhf-a0\", "
                    + "\"ascii-line\", \"twn4\""
            ])
    }

    @Test("a reader's settings are checked as far as can be")
    func readerSettings() {
        #expect(
            mistakes(
                """
                [[reader]]
                transmit_power_dbm = 34
                identity = "uid"
                terminator = ""
                power_cycle_command = ["uhubctl"]
                [[scanner]]
                protocol = "serial"
                terminator = ""
                """) == [
                    "v.toml:4: reader[0].transmit_power_dbm: 34 is out of range; 0 to 33",
                    "v.toml:5: reader[0].identity: \"uid\" is unknown; did you mean tid?; one of \"tid\", \"epc\"",
                    "v.toml:6: reader[0].terminator: must be 1 to 8 bytes, such as \"\\r\"",
                    "v.toml:7: reader[0].power_cycle_command: must begin with a program's whole path, as in "
                        + "\"/usr/sbin/uhubctl\"",
                ])
    }

    @Test("readers and scanners share no id and no device")
    func duplicates() {
        let text = """
            [[reader]]
            id = "a"
            device = "/dev/x"
            [[reader]]
            id = "a"
            device = "/dev/y"
            [[scanner]]
            id = "b"
            device = "/dev/x"
            """
        #expect(
            mistakes(text) == [
                "v.toml:7: reader[1].id: \"a\" is reader[0]'s already; each reader and scanner needs its own",
                "v.toml:11: scanner[0].device: \"/dev/x\" is reader[0]'s already; each reader and scanner needs its own",
            ])
    }

    @Test(
        "values that are of the right type and cannot be right",
        arguments: [
            "device.state_dir = \"\"", "device.control_socket = \"/\(String(repeating: "x", count: 107))\"",
            "platform.time_zone = \"Asia/Nowhere\"", "platform.time_zone = \"../../etc/passwd\"",
            "platform.fallback_codes = [0]", "platform.client_cert = \"/etc/hostname\"", "platform.ca_file = \"/nonexistent\"",
            "platform.token.kind = \"static\"", "platform.token.call = \"\"", "gps.port = 0", "gps.host = \"127.0.0.1.5\"",
            "[[scanner]]\nterminator = \"123456789\"", "outbox.accepted_codes = [0]",
            "outbox.accepted_codes = [3]\noutbox.final_codes = [3]",
            "[[reader]]\nid = \"\"", "indicators.green_led = \"/x\"\nindicators.red_led = \"/x\"", "gps.port = 2947.0",
            "gps.report_interval_s = 0",
        ])
    func impossible(text: String) {
        #expect(mistakes(text).count == 1, "\(mistakes(text))")
    }

    @Test(
        "an address that is no web address",
        arguments: [
            "ftp://host", "platform.example", "https://", "https:///path", "http://host name", "https://host/?a=1", "http://:80",
        ])
    func addresses(url: String) {
        let text = "device.id = \"VLD1\"\nplatform.base_url = \"\(url)\"\n"
        #expect(throws: ConfigurationError.self) { try Configuration(text: text, path: "v.toml") }
    }

    @Test(
        "plain http to another machine takes the operator's word, and to this one none",
        arguments: [
            ("http://platform.example/hw", true), ("HTTP://10.0.0.1:8080", true), ("http://[::2]/", true),
            ("http://localhost.example", true), ("http://127.0.0.1@platform.example", true), ("http://127.0.0.1.example", true),
            ("http://127.0.0.1:8080/hw", false), ("http://localhost", false), ("http://user:password@[::1]:80/hw", false),
            ("https://platform.example", false),
        ])
    func plain(url: String, isPlain: Bool) throws {
        let text = "device.id = \"VLD1\"\nplatform.base_url = \"\(url)\"\n"
        if isPlain {
            let error = #expect(throws: ConfigurationError.self) { try Configuration(text: text, path: "v.toml") }
            #expect(error?.description.hasPrefix("v.toml:2: platform.base_url: is plain http:// to another machine") == true)
            #expect(error?.description.contains("allow_plain = true") == true)
        }
        let allowed = try Configuration(text: text + "platform.allow_plain = true\n", path: "v.toml")
        #expect(allowed.platform.isPlain == isPlain)
    }

    @Test(
        "a device id that would break a topic or a log line",
        arguments: ["a/b", "a b", "a\\nb", "#", String(repeating: "x", count: 65)])
    func deviceIDs(id: String) {
        let text = "device.id = \"\(id)\"\nplatform.base_url = \"https://h\"\n"
        #expect(throws: ConfigurationError.self) { try Configuration(text: text, path: "v.toml") }
    }

    @Test("secrets are read from their files, without the line end")
    func secrets() throws {
        let folder = TemporaryFolder()
        let token = try folder.write("token", "T0ken\n")
        let ticket = try folder.write("ticket", "provisioning secret\r\n")
        let text = """
            platform.token.kind = "static"
            platform.token.value_file = "\(token)"
            platform.token.secret_file = "\(ticket)"
            tickets.secret_file = "\(ticket)"
            """
        let configuration = try Configuration(text: Self.good + text, path: "v.toml")
        #expect(configuration.platform.token.value == "T0ken")
        #expect(configuration.platform.token.secret == "provisioning secret")
        #expect(configuration.tickets.settings.secret == Array("provisioning secret".utf8))
    }

    @Test("a file of an earlier release names its one codec; both names are one too many")
    func earlierCodec() throws {
        #expect(try Configuration(text: Self.good + "tickets.codec = \"vt1\"", path: "v.toml").tickets.settings.codecs == [.vt1])
        #expect(
            mistakes("tickets.codec = \"vt1\"\ntickets.codecs = [\"vt1\"]") == [
                "v.toml:3: tickets.codec: is the earlier name of codecs; keep one of the two"
            ])
        #expect(
            mistakes("tickets.codecs = [\"vt1\", \"transprot\", \"vt1\"]") == [
                "v.toml:3: tickets.codecs: \"transprot\" is unknown; did you mean transport?; one of \"vt1\", \"transport\"",
                "v.toml:3: tickets.codecs: \"vt1\" is there twice",
            ])
    }

    @Test("issuers of the transport ministry's code are eight digits, allowed or denied")
    func issuers() throws {
        let text = "tickets.transport_issuers = [\"12345678\", \"!00000001\"]"
        let terms = try Configuration(text: Self.good + text, path: "v.toml").tickets.settings.transport
        #expect(terms.issuers == ["12345678"] && terms.deniedIssuers == ["00000001"])
        for wrong in ["", "!", "1234567", "123456789", "1234567a", "!!1234567", "-1234567"] {
            #expect(
                mistakes("tickets.transport_issuers = [\"\(wrong)\"]") == [
                    "v.toml:3: tickets.transport_issuers: \"\(wrong)\" is no issuer; eight decimal digits, with a ! before them to deny it"
                ])
        }
        #expect(
            mistakes("tickets.transport_issuers = [\"!12345678\", \"00000001\", \"12345678\"]") == [
                "v.toml:3: tickets.transport_issuers: 12345678 is both allowed and denied (!12345678); keep one of the two"
            ])
    }

    @Test("a bad file of root keys is a mistake in a check, with its line; a box starts all the same")
    func badRoots() throws {
        let folder = TemporaryFolder()
        let empty = try folder.write("roots", "# none\n")
        let path = try folder.write("v.toml", Self.good + "\n[tickets]\ntransport_roots_file = \"\(empty)\"\n")
        #expect(throws: Never.self) { _ = try Configuration(path: path) }
        let error = #expect(throws: ConfigurationError.self) { _ = try Configuration(path: path, isChecking: true) }
        #expect(
            error.map { "\($0)" }?.hasSuffix(
                """
                tickets.transport_roots_file: \(empty): there is no root key in it; put the transport ministry's root keys there, \
                or name no file
                """) == true)
        let missing = try folder.write("w.toml", Self.good + "\ntickets.transport_roots_file = \"\(folder.path)/none\"\n")
        #expect(throws: ConfigurationError.self) { _ = try Configuration(path: missing, isChecking: true) }
    }

    @Test("a secret that is missing, empty or too long is named by its file alone")
    func unreadableSecrets() throws {
        let folder = TemporaryFolder()
        let empty = try folder.write("empty", "\n")
        let long = try folder.write("long", String(repeating: "secret", count: 1000))
        #expect(
            mistakes("tickets.secret_file = \"\(folder.path)/none\"") == [
                "v.toml:3: tickets.secret_file: cannot read \(folder.path)/none: No such file or directory; "
                    + "create it with mode 0600, owned by the user that validatord runs as"
            ])
        #expect(
            mistakes("tickets.secret_file = \"\(empty)\"") == [
                "v.toml:3: tickets.secret_file: \(empty) is empty; put the secret into it"
            ])
        let mistake = mistakes("tickets.secret_file = \"\(long)\"")
        #expect(mistake.count == 1 && !mistake[0].contains("secretsecret"))
    }
}
