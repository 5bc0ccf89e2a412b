import Base
import Cryptography
import Testing

@Suite("a file that proves who wrote it")
struct ProvenFileTests {
    private static let content = "device_id = \"VLD2\"\n# 备注\nbase_url = \"https://p.example/hw\"\n"
    private static let secret = Array("box's own".utf8)
    /// By `openssl dgst -sha256 -hmac "box's own"` over the content.
    private static let proof = "9bc1d1859cad3e5e4400e9bdbb2fb02a0af9b09f9c1de9673fc67c1c3cac9c44"

    private func file(_ text: String) throws -> ProvenFile { try ProvenFile(Array(text.utf8)) }

    private func proven(_ text: String) throws -> Bool { try file(text).isProven(under: Self.secret) }

    @Test("the proof is HMAC-SHA-256 over the file's bytes without the proof's line")
    func code() throws {
        #expect(try hexadecimal(file(Self.content).proof(under: Self.secret)) == Self.proof)
        #expect(try file(Self.content).message == Array(Self.content.utf8))
        #expect(try file("").message.isEmpty)
    }

    @Test(
        "it may stand on any line, and editors may end lines as they do",
        arguments: [
            "proof = \"\(proof)\"\n" + content,
            content + "proof = \"\(proof)\"\n",
            content + "  proof=\"\(proof.uppercased())\"",
            content.replacing("\n", with: "\r\n") + "proof = \"\(proof)\" \r\n",
        ])
    func accepted(text: String) throws {
        #expect(try proven(text))
    }

    @Test("without a last line end the proof is the same")
    func lastLine() throws {
        #expect(
            try file(String(Self.content.dropLast())).proof(under: Self.secret) == file(Self.content).proof(under: Self.secret))
    }

    @Test(
        "nothing else is proven",
        arguments: [
            content,
            content.replacing("VLD2", with: "VLD3") + "proof = \"\(proof)\"\n",
            content + "\n" + "proof = \"\(proof)\"\n",
            content + "proof = \"\(String(repeating: "0", count: 64))\"\n",
            content + "# proof = \"\(proof)\"\n",
        ])
    func refused(text: String) throws {
        #expect(try !proven(text))
    }

    @Test("nobody proves anything under no secret, or another")
    func secrets() throws {
        let good = try file(Self.content + "proof = \"\(Self.proof)\"\n")
        #expect(!good.isProven(under: []))
        #expect(!good.isProven(under: Array("another".utf8)))
        #expect(ProvenFile.secret(ofFile: Array("box's own\r\n".utf8)) == Self.secret)
        #expect(ProvenFile.secret(ofFile: Array("\n".utf8)).isEmpty)
    }

    @Test("two proofs, or what is none, are mistakes")
    func mistakes() throws {
        let line = "proof = \"\(Self.proof)\"\n"
        #expect(throws: ProvenFile.Mistake.twoProofs) { try file(line + Self.content + line) }
        for value in ["", "\"\"", Self.proof, "\"\(Self.proof)0\"", "\"\(Self.proof.dropLast())g\"", "\"\(Self.proof)\" # why"] {
            #expect(throws: ProvenFile.Mistake.malformedProof) { try file(Self.content + "proof = \(value)\n") }
        }
    }
}
