import Base
import Testing

@testable import Cryptography

@Suite("a sealed file")
struct SealedFileTests {
    private static let passphrase = Array("correct horse".utf8)
    private static let hub = HubPrivateKey()
    /// Stretched once: each time takes a good part of a second.
    private static let both = SealRecipients(passphrase: passphrase, hub: hub.publicKey)
    private static let forHub = SealRecipients(passphrase: nil, hub: hub.publicKey)

    private static func content(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

    private static func seal(_ content: [UInt8], for recipients: SealRecipients = forHub, inPieces size: Int = 100_000) -> [UInt8]
    {
        var sealer = FileSealer(for: recipients)
        var file = sealer.take()
        for start in stride(from: 0, to: content.count, by: size) {
            sealer.append(content[start..<min(start + size, content.count)])
            file += sealer.take()
        }
        sealer.finish()
        return file + sealer.take()
    }

    private func failure(_ file: [UInt8], _ opener: SealOpener = SealOpener(hubKeys: [Self.hub])) -> SealError? {
        var opener = opener
        return #expect(throws: SealError.self) { try opener.open(file) }
    }

    private static let chunk = 65536

    @Test(
        "gives back what was sealed, whatever its length and in whatever pieces it comes and goes",
        arguments: [0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 3 * chunk + 17], [1000, 65552, 1_000_000])
    func roundTrip(count: Int, piece: Int) throws {
        let content = Self.content(count)
        let file = Self.seal(content, inPieces: piece)
        var opener = SealOpener(hubKeys: [HubPrivateKey(), Self.hub])
        var reader = SealedFileReader()
        var opened: [UInt8] = []
        for start in stride(from: 0, to: file.count, by: piece) {
            opened += try reader.feed(file[start..<min(start + piece, file.count)], &opener)
        }
        opened += try reader.finish()
        #expect(opened == content)
    }

    @Test("for two recipients opens for each, and for nobody else")
    func recipients() throws {
        let file = Self.seal(Self.content(100), for: Self.both)
        for var opener in [SealOpener(passphrase: Self.passphrase), SealOpener(hubKeys: [Self.hub])] {
            #expect(try opener.open(file) == Self.content(100))
        }
        #expect(failure(file, SealOpener(passphrase: Array("correct house".utf8))) == .wrongPassphrase)
        #expect(SealOpener.isSealed(file) && SealOpener.takesPassphrase(file))
        let hubOnly = Self.seal(Self.content(100))
        #expect(!SealOpener.takesPassphrase(hubOnly))
        guard case .otherKey = failure(hubOnly, SealOpener(passphrase: Self.passphrase, hubKeys: [HubPrivateKey()])) else {
            Issue.record("opened by somebody else")
            return
        }
        let secret = SealRecipients(passphrase: Self.passphrase, hub: nil)
        #expect(failure(Self.seal([1], for: secret), SealOpener()) == .passphraseNeeded)
    }

    @Test("opens whatever recipients of a later release stand beside the known ones, with or without a text")
    func unknownRecipients() throws {
        let head = try #require(String(validating: Self.seal([1]).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
        var opener = SealOpener(hubKeys: [Self.hub])
        let key = try opener.fileKey(Array(head.utf8))
        for later in [#"{"kind":"later"}"#, #"{"kind":"later","wrapped":[1]}"#, "{}", "7"] {
            let other = head.replacing("\"recipients\":[", with: "\"recipients\":[\(later),")
            #expect(other != head)
            #expect(try opener.fileKey(Array(other.utf8)) == key, "\(later)")
        }
        #expect(throws: SealError.damaged) { try opener.fileKey(Array(head.replacing("\"wrapped\"", with: "\"w\"").utf8)) }
    }

    @Test("is refused wherever it is cut off: on a border between two chunks as well")
    func cutOff() {
        let file = Self.seal(Self.content(2 * Self.chunk + 100))
        let head = (file.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1
        let sealedChunk = Self.chunk + 16
        for end in [head + 1, head + sealedChunk, head + 2 * sealedChunk, head + 2 * sealedChunk + 50, file.count - 1] {
            #expect(failure(Array(file[..<end])) == .cutOff)
        }
        #expect(failure(Array(file[..<(head - 1)])) == .cutOff)
        #expect(failure([]) == .notSealed)
        #expect(failure(Array("{\"kind\":\"collection\"}\n".utf8)) == .notSealed)
    }

    @Test("is refused when a byte is another one, or chunks are moved, doubled or left out")
    func changed() {
        let file = Self.seal(Self.content(2 * Self.chunk + 100))
        let head = (file.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1
        let sealedChunk = Self.chunk + 16
        for index in Array(0..<head) + [head, head + sealedChunk - 1, head + sealedChunk, file.count - 1] {
            var bytes = file
            bytes[index] ^= 1
            #expect(throws: SealError.self, "byte \(index)") {
                var opener = SealOpener(hubKeys: [Self.hub])
                _ = try opener.open(bytes)
            }
        }
        let line = Array(file[..<head])
        let chunks = [
            Array(file[head..<head + sealedChunk]), Array(file[(head + sealedChunk)..<(head + 2 * sealedChunk)]),
            Array(file[(head + 2 * sealedChunk)...]),
        ]
        for order in [[1, 0, 2], [0, 0, 1, 2], [0, 2], [2], [0, 1, 2, 2]] {
            #expect(throws: SealError.self, "\(order)") {
                var opener = SealOpener(hubKeys: [Self.hub])
                _ = try opener.open(line + order.flatMap { chunks[$0] })
            }
        }
    }

    @Test("asks no machine for more memory than it has")
    func cost() {
        #expect(PassphraseKey.Cost.usual.isBearable && PassphraseKey.Cost.usual.bytes == 32 << 20)
        for cost in [
            PassphraseKey.Cost(log2N: 40, r: 8, p: 1), .init(log2N: 17, r: 8, p: 1), .init(log2N: 15, r: 8, p: 1000),
            .init(log2N: 0, r: 8, p: 1), .init(log2N: 1, r: 1 << 40, p: 1), .init(log2N: -1, r: -1, p: -1),
        ] { #expect(!cost.isBearable && PassphraseKey([1], salt: [2], cost: cost) == nil) }
    }

    @Test("stretches a passphrase as RFC 7914 says, section 12")
    func scrypt() {
        let key = PassphraseKey(
            Array("pleaseletmein".utf8), salt: Array("SodiumChloride".utf8), cost: .init(log2N: 14, r: 8, p: 1))
        #expect(hexadecimal(key?.key ?? []) == "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")
    }

    @Test("agrees on keys as RFC 7748 says, section 6.1, and on none with a point that is none")
    func agreement() throws {
        let alice = try #require(HubPrivateKey(Self.alicePrivate))
        let bob = try #require(HubPrivateKey(Self.bobPrivate))
        #expect(hexadecimal(alice.publicKey.bytes) == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
        let shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
        #expect(hexadecimal(alice.shared(with: bob.publicKey) ?? []) == shared)
        #expect(hexadecimal(bob.shared(with: alice.publicKey) ?? []) == shared)
        #expect(alice.shared(with: HubKey(bytes: Array(repeating: 0, count: 32))) == nil)
    }

    private static let alicePrivate = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"
    private static let bobPrivate = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"

    @Test("is sealed to a key that was typed right, and to no other")
    func typing() throws {
        let text = Self.hub.publicKey.text
        #expect(HubKey(text) == Self.hub.publicKey && HubKey(text.uppercased()) == Self.hub.publicKey)
        #expect(text.utf8.count == 73)
        for index in text.indices {
            var wrong = text
            wrong.replaceSubrange(index...index, with: text[index] == "0" ? "1" : "0")
            #expect(HubKey(wrong) == nil)
        }
        for wrong in ["", "-", String(text.dropLast(9)), text + "0"] { #expect(HubKey(wrong) == nil) }
        #expect(HubPrivateKey(Self.hub.text) == Self.hub && HubPrivateKey("00") == nil)
    }
}

@Suite("what a box puts under its files")
struct FileAuthenticatorTests {
    @Test("depends on its secret and on every byte, in whatever pieces they come")
    func code() {
        let bytes = Array("0123456789".utf8)
        var digest = SHA256Digest()
        digest.append([])
        digest.append(Array(bytes.prefix(3)))
        #expect(digest.value == sha256(Array(bytes.prefix(3))))
        digest.append(Array(bytes.dropFirst(3)))
        #expect(digest.value == sha256(bytes))
        let code = FileAuthenticator(secret: [1]).code(of: digest.value)
        #expect(code.count == 32 && code != FileAuthenticator(secret: [2]).code(of: digest.value))
        #expect(code != FileAuthenticator(secret: [1]).code(of: sha256(bytes + [0])))
    }
}
