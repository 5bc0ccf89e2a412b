import BoxConfiguration
import Glibc
import TestSupport
import Testing
import TomlConfiguration

@Suite("what a box proves itself with to its platform")
struct ConfigurationAuthorizationTests {
    private let folder = TemporaryFolder()

    private func configuration(_ file: String, baseURL: String = "https://h") throws(ConfigurationError) -> Configuration {
        try Configuration(
            text: "device.id = \"VLD1\"\nplatform.base_url = \"\(baseURL)\"\nplatform.authorization_file = \"\(file)\"\n",
            path: "v.toml")
    }

    @Test("is the content of a file, read anew whenever it is asked for")
    func read() throws {
        #expect(try configuration("").platform.authorization() == nil)
        let platform = try configuration(folder.write("secret", "first\n")).platform
        #expect(try platform.authorization() == "first")
        try folder.write("secret", "second")
        #expect(try platform.authorization() == "second")
    }

    @Test("is no part of the configuration, which stays equal when another is put there")
    func notPart() throws {
        let before = try configuration(folder.write("secret", "first"))
        #expect(try before == configuration(folder.write("secret", "second")))
    }

    @Test(
        "a file without one is a mistake that shows none of it",
        arguments: ["", "\n", "two words", "a\nb", "\u{7F}secret", "密钥"])
    func mistakes(content: String) throws {
        let file = try folder.write("secret", content)
        let error = #expect(throws: ConfigurationError.self) { try configuration(file) }
        #expect(
            error?.description.hasPrefix("v.toml:3: platform.authorization_file: \(file) ") == true, "\(error?.description ?? "")"
        )
        #expect(error?.description.contains("words") == false && error?.description.contains("密") == false)
    }

    @Test("so is one that is not there, and one that others may read")
    func exposed() throws {
        #expect(throws: ConfigurationError.self) { try configuration(folder.path("none")) }
        let file = try folder.write("secret", "secret")
        #expect(unsafe chmod(file, 0o604) == 0)
        let error = #expect(throws: ConfigurationError.self) { try configuration(file) }
        #expect(error?.description.contains("everybody on this machine may read") == true)
    }

    @Test("takes the place of a user in the address, so there is not to be one")
    func user() throws {
        let file = try folder.write("secret", "secret")
        #expect(throws: ConfigurationError.self) { try configuration(file, baseURL: "https://user:password@h") }
        #expect(throws: Never.self) { try configuration("", baseURL: "https://user:password@h") }
    }

    @Test(
        "the hub that manages the box is spoken to by TLS, unless it is on this machine or the operator says otherwise",
        arguments: [
            ("https://hub.example/manage/v1", true), ("http://127.0.0.1:8080/manage/v1", true), ("", true),
            ("http://hub.example/manage/v1", false), ("hub.example", false), ("https://hub.example/?a", false),
        ])
    func management(url: String, isTaken: Bool) throws {
        let text = "device.id = \"VLD1\"\nplatform.base_url = \"https://h\"\nmanagement.url = \"\(url)\"\n"
        if isTaken {
            #expect(try Configuration(text: text, path: "v.toml").management.url == url)
        } else {
            let error = #expect(throws: ConfigurationError.self) { try Configuration(text: text, path: "v.toml") }
            #expect(error?.description.hasPrefix("v.toml:3: management.url: ") == true)
        }
        if url.hasPrefix("http:") {
            #expect(throws: Never.self) { try Configuration(text: text + "platform.allow_plain = true\n", path: "v.toml") }
        }
    }
}
