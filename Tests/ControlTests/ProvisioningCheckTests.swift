import Base
import Cryptography
import TestSupport
import Testing

@testable import validatorctl

@Suite("another provisioning file for a box that has one")
struct ProvisioningCheckTests {
    private let folder = TemporaryFolder()
    private let content = "device_id = \"VLD2\"\n"

    private func file(provenUnder secret: String) throws -> String {
        let proof = try ProvenFile(Array(content.utf8)).proof(under: Array(secret.utf8))
        return try folder.write("file.toml", content + "proof = \"\(hexadecimal(proof))\"\n")
    }

    /// The exit code of the check against those of the box's secrets that are there.
    private func check(_ file: String) throws -> Int32 {
        do throws(ControlFailure) {
            try ProvisioningCheck(file: file, secretFiles: [folder.path("platform"), folder.path("ticket")]).run()
            return 0
        } catch {
            return error.exitCode
        }
    }

    @Test("is taken with a proof under the box's secret, and not without")
    func proof() throws {
        try folder.write("platform", "present\n")
        #expect(try check(file(provenUnder: "present")) == 0)
        #expect(try check(file(provenUnder: "former")) == 1)
        #expect(try check(folder.write("bare.toml", content)) == 1)
        #expect(try check(folder.write("cut.toml", content + "proof = \"12\"\n")) == 1)
        #expect(try check(folder.path("none.toml")) == 66)
    }

    @Test("the tickets' secret counts only where the platform has none with the box")
    func order() throws {
        try folder.write("ticket", "of tickets\n")
        #expect(try check(file(provenUnder: "of tickets")) == 0)
        try folder.write("platform", "\n")
        #expect(try check(file(provenUnder: "of tickets")) == 0)
        try folder.write("platform", "present\n")
        #expect(try check(file(provenUnder: "of tickets")) == 1)
    }

    @Test("a box without any secret takes none at all")
    func noSecret() throws {
        #expect(try check(file(provenUnder: "anything")) == 66)
        try folder.write("platform", "")
        #expect(try check(file(provenUnder: "anything")) == 66)
    }
}
