import BoxConfiguration
import Glibc
import TestSupport
import Testing
import TomlConfiguration

@Suite("files with secrets")
struct SecretExposureTests {
    private let folder = TemporaryFolder()

    @Test(
        "others than the owner and the service's group have no business with one",
        arguments: [
            (0o600, true, nil), (0o640, true, nil), (0o644, true, "everybody"), (0o602, true, "everybody"),
            (0o640, false, "the group"), (0o620, false, "the group"), (0o600, false, nil),
        ] as [(mode_t, Bool, String?)])
    func modes(mode: mode_t, isServiceGroup: Bool, who: String?) throws {
        let file = try folder.write("secret", "x")
        #expect(unsafe chmod(file, mode) == 0)
        // A group that root's own is not, and that whoever runs this may give a file to.
        let own = getegid() == 0 ? 12345 : getegid()
        #expect(unsafe chown(file, geteuid(), own) == 0)
        let told = ConfigurationFile.exposure(of: file, serviceGroup: isServiceGroup ? own : own + 1)
        #expect(who.map { told?.contains("\(file) holds a secret, and \($0)") == true } ?? (told == nil), "\(told ?? "nothing")")
        #expect(ConfigurationFile.exposure(of: "\(folder.path)/none", serviceGroup: own) == nil)
    }

    @Test("the box warns of its secrets, its PIN, and a configuration with a password in an address")
    func box() throws {
        let secret = try folder.write("ticket.secret", "secret")
        let pin = try folder.write("console.pin", "pbkdf2")
        let authority = try folder.write("ca.pem", "public")
        for (address, isTold) in [("https://box:hunter2@host/hw", true), ("https://host/a@b", false)] {
            let path = try folder.write(
                "validator.toml",
                """
                [device]
                id = "VLD1"
                [platform]
                base_url = "\(address)"
                ca_file = "\(authority)"
                [tickets]
                secret_file = "\(secret)"
                """)
            for file in [secret, pin, authority, path] { #expect(unsafe chmod(file, 0o644) == 0) }
            let told = try Configuration(path: path).exposures(in: path)
            #expect(told.count == (isTold ? 3 : 2))
            #expect(told.contains { $0.hasPrefix(secret) } && told.contains { $0.hasPrefix(pin) })
            #expect(told.contains { $0.hasPrefix(path) } == isTold)
            for file in [secret, pin, path] { #expect(unsafe chmod(file, 0o600) == 0) }
            #expect(try Configuration(path: path).exposures(in: path).isEmpty)
            #expect(unsafe chmod(path, 0o602) == 0)
            #expect(try Configuration(path: path).exposures(in: path)[0].contains("may change it"))
        }
    }
}
