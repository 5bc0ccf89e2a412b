import Base
import Cryptography
import Fares
import HubDomain
import TestSupport
import Testing

@testable import HubServices
@testable import validator_hub

@Suite("Whose codes they were")
struct PseudonymTransportTests {
    private static let card = "31059999000000000001"
    private static let payer = "6217000012345678"
    private static let start = WallTime(seconds: 1_700_000_000)

    private func code(extension issuerExtension: [UInt8] = []) throws -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        let key = SM2Key(using: &random)
        var content = TransportCode.Content(
            rootIndex: 3, issuer: "99990001", certificateEnd: try #require(CertificateMonth(year: 2039, month: 12)),
            issuerKey: key.publicKey, card: try #require(CardNumber(Self.card)), userKey: key.publicKey,
            authorisationEnd: Self.start, made: Self.start)
        content.paymentAccount = Self.payer
        content.issuerExtension = issuerExtension
        let sign: TransportCode.Signers.Sign = { key.sign($0) }
        return try #require(TransportCode(content, signedBy: TransportCode.Signers(root: sign, issuer: sign, user: sign))).bytes
    }

    /// A code as records have it: hexadecimal digits, base64, and bytes that came as they are.
    private func forms(_ code: some Collection<UInt8>) -> [String] {
        [hexadecimal(code), hexadecimal(code).uppercased(), base64(code), "hex:" + hexadecimal(code)]
    }

    private func mentions(_ card: String, _ subject: String) throws -> Bool {
        Pseudonyms.sample.mentions(try #require(CardNumber(card)), in: subject)
    }

    @Test("a code has the name of its card, in whatever form it came")
    func names() throws {
        let expected = Pseudonyms.sample.name(for: Self.card)
        for form in forms(try code()) { #expect(Pseudonyms.sample.name(for: form) == expected) }
    }

    @Test("a code is about its card and about whoever pays, and about no other card")
    func whole() throws {
        for form in forms(try code()) {
            #expect(try mentions(Self.card, form) && mentions(Self.payer, form), "\(form)")
            #expect(try !mentions("31059999000000000002", form) && !mentions("059999000000000001", form), "\(form)")
            #expect(try !mentions("6217000012345679", form), "\(form)")
        }
    }

    @Test("a code whose issuer wrote a card into its own part of it is about that card too")
    func issuerExtension() throws {
        let other = "6217000087654321"
        for written in [Array(other.utf8), try #require(bytes(ofHexadecimal: other))] {
            for form in forms(try code(extension: written)) { #expect(try mentions(other, form), "\(form)") }
        }
    }

    @Test("a code that is cut off, damaged or has something around it shows its card and its payer all the same")
    func damaged() throws {
        let code = try code()
        var flipped = code
        flipped[3] ^= 0x40
        let remnants: [[UInt8]] = [
            code.dropLast(), Array(code.prefix(146)), Array(code.dropFirst(7)), flipped, [0x02] + code + [0x0D],
            Array(code[120..<150]),
        ]
        var texts = remnants.flatMap(forms)
        let (digits, letters) = (hexadecimal(code), base64(code))
        for count in 1...5 {
            texts += [String(digits.dropFirst(count)), String(letters.dropFirst(count)), "code=\(letters.dropFirst(count))"]
        }
        texts += [
            "https://t.example/?q=\(digits)&x=1", " \(letters)\r\n",
            letters.replacing("+", with: "-").replacing("/", with: "_") + "!",
            String(letters.prefix(200)), "\(letters.prefix(76))\r\n\(letters.dropFirst(76))",
            "hex:ff" + hexadecimal(letters.utf8),
            "hex:ff" + hexadecimal(digits.utf8),
        ]
        for text in texts {
            #expect(try mentions(Self.card, text), "\(text)")
            #expect(try mentions(Self.payer, text), "\(text)")
            #expect(try !mentions("31059999000000000002", text) && !mentions("6217000012345679", text), "\(text)")
        }
    }

    @Test("forget-card puts the same name in the place of every code of the card, and so does age")
    func forget() throws {
        let folder = TemporaryFolder()
        let database = try HubDatabase(path: folder.configuration.databasePath)
        let code = try code()
        let subjects = forms(code) + [base64(code.dropLast()), "00065537"]
        for (number, subject) in subjects.enumerated() {
            try database.records.insert(
                TapRecord(
                    deviceID: "V", call: .ticketLog, requestID: "r\(number)", subject: subject, status: 0, checkMode: nil,
                    reason: nil, time: Self.start, position: nil, received: Self.start))
        }
        func stored() throws -> [String] {
            var found: [String] = []
            try database.records.forEach(deviceID: nil) { found.append($0.subject) }
            return found
        }
        let count = try database.records.forget(try #require(CardNumber(Self.card)), limit: 10, .sample)
        #expect(count == 5)
        let name = Pseudonyms.sample.name(for: Self.card)
        #expect(try stored().prefix(4).allSatisfy { $0 == name } && stored()[4].hasPrefix("p:") && stored()[5] == "00065537")
        _ = try database.records.pseudonymise(receivedBefore: Self.start + .seconds(1), limit: 10, .sample)
        #expect(try stored().allSatisfy { $0.hasPrefix("p:") })
    }
}
