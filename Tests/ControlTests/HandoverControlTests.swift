import BoxConfiguration
import ControlProtocol
import JSON
import TestSupport
import Testing
import TomlConfiguration

@testable import validatord

@Suite("handing a box over, on the control socket")
struct HandoverControlTests {
    private let commands = StubCommands()

    @Test("the identity is told with the files that belong to it")
    func identity() {
        #expect(
            commands.ask(#"{"command":"identity"}"#) == """
                {"ok":true,"result":{"device_id":"VLD1","version":"0.1.0",\
                "configuration_file":"/etc/validator/validator.toml","state_dir":"/var/lib/validator",\
                "files":["/etc/validator/ticket.secret"]}}

                """)
    }

    @Test("a handover names what is on the stick, and is told whether that is all")
    func handover() throws {
        let line = #"{"command":"handover","file":"x.identity","xxh64":"00ff","last_tap":7,"last_position":9}"#
        #expect(try commands.result(line)["handed_over"] == true)
        #expect(
            commands.handovers == [HandoverRequest(file: "x.identity", checksum: "00ff", lastTap: 7, lastPosition: 9)])
        commands.isAllCarried = false
        #expect(try commands.result(line)["handed_over"] == false)
        #expect(commands.ask(#"{"command":"handover"}"#).contains(#""code":"bad_argument""#))
    }

    @Test("every key of the configuration that names a file is among those that are handed over")
    func fileKeys() {
        let keys = Configuration.keys.filter { key in ["_file", "_cert", "_key"].contains { key.hasSuffix($0) } }
        #expect(Set(keys) == Set(Configuration.fileKeys))
    }

    @Test("the files that a configuration names, each once")
    func filesNamed() throws {
        let folder = TemporaryFolder()
        let path = try folder.write(
            "validator.toml",
            """
            [platform]
            ca_file = ""
            client_cert = "/etc/validator/box.pem"
            client_key = "/etc/validator/box.pem"
            [platform.token]
            secret_file = '/etc/validator/platform.secret'
            """)
        #expect(try Configuration.filesNamed(in: path) == ["/etc/validator/box.pem", "/etc/validator/platform.secret"])
    }
}
