import Base
import Cryptography
import Fares
import JSON
import OperatingSystem
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import validator_hub

@Suite("The transport ministry's codes at the hub")
struct TransportCodeTests {
    private static let card = "31059999000000000001"

    private let now = Clocks.now().system.seconds
    private let root: SM2Key
    private let issuer: SM2Key
    private let phone: SM2Key

    init() {
        var random = SystemRandomNumberGenerator()
        (root, issuer, phone) = (SM2Key(using: &random), SM2Key(using: &random), SM2Key(using: &random))
    }

    private func code(_ change: (inout TransportCode.Content) -> Void = { _ in }) throws -> [UInt8] {
        let made = WallTime(seconds: now)
        var content = TransportCode.Content(
            rootIndex: 3, issuer: "99990001",
            certificateEnd: try #require(CertificateMonth(year: FixedZone.shanghai.civil(made).year + 1, month: 12)),
            issuerKey: issuer.publicKey, card: try #require(CardNumber(Self.card)), userKey: phone.publicKey,
            authorisationEnd: made + .seconds(86400), made: made)
        content.validitySeconds = 600
        content.maximumFen = 200
        change(&content)
        let signers = TransportCode.Signers(
            root: { [root] in root.sign($0) }, issuer: { [issuer] in issuer.sign($0) }, user: { [phone] in phone.sign($0) })
        return try #require(TransportCode(content, signedBy: signers)).bytes
    }

    /// A hub that believes the root and has the card on its white list.
    private func run(
        _ terms: (inout TransportTerms) -> Void = { _ in }, _ body: (TestHub) async throws -> Void
    ) async throws {
        let roots = try RootKeySet(
            [#require(RootKey(index: 3, point: root.coordinates, end: nil))], verifier: Libcrypto())
        let folder = TemporaryFolder()
        try await TestHub.run(
            in: folder,
            {
                $0.policy.roots = roots
                terms(&$0.policy.tickets.transport)
            }
        ) { hub async throws in
            try hub.database().adopt(entries(Self.card))
            try await body(hub)
        }
    }

    private func check(_ hub: TestHub, _ id: String, _ code: String, device: String = "VLD1") async throws -> Int? {
        try await hub.scan("ticket_check", id, code, ["check_mode": 0, "device_id": .string(device)]).code
    }

    /// A form whose `qr_code` is the very bytes.
    private func form(_ call: String, _ id: String, _ code: [UInt8], mode: Int = 0) -> String {
        let escaped = code.map { "%" + hexadecimal([$0]) }.joined()
        return "req_id=\(id)&device_id=VLD2&check_mode=\(mode)&time=260803074500&qr_code=\(escaped)"
    }

    @Test("a code rides once in the whole fleet, whether it comes as hexadecimal digits, as base64 or as its bytes")
    func once() async throws {
        try await run { hub async throws in
            let code = try code()
            #expect(try await check(hub, "1", hexadecimal(code)) == 0)
            #expect(try await check(hub, "1", hexadecimal(code)) == 0, "the same question is answered the same")
            let used = ReturnCode.ticketUsed.rawValue
            #expect(try await check(hub, "2", hexadecimal(code).uppercased(), device: "VLD2") == used)
            #expect(try await check(hub, "3", base64(code), device: "VLD3") == used)
            #expect(try await hub.post("ticket_check", form: form("ticket_check", "4", code)).code == used)
            #expect(
                try hub.records().map(\.subject) == [
                    hexadecimal(code), hexadecimal(code).uppercased(), base64(code), "hex:" + hexadecimal(code),
                ], "settlement needs each as it came")
        }
    }

    @Test("in base64 and as its bytes it rides as well", arguments: [true, false])
    func otherForms(isText: Bool) async throws {
        try await run { hub async throws in
            let code = try code()
            if isText {
                #expect(try await check(hub, "1", base64(code)) == 0)
            } else {
                #expect(try await hub.post("ticket_check", form: form("ticket_check", "1", code)).code == 0)
            }
            #expect(try await check(hub, "2", hexadecimal(code)) == ReturnCode.ticketUsed.rawValue)
        }
    }

    @Test(
        "a ride that a box booked or logged uses it up; a log of a refusal does not",
        arguments: ["ticket_check", "offline_qrcode_log"])
    func usedOffline(call: String) async throws {
        try await run { hub async throws in
            let code = try code()
            #expect(try await hub.scan("offline_qrcode_log", "1", hexadecimal(code), ["status": 1]).code == 0)
            #expect(try await hub.scan(call, "2", hexadecimal(code), ["check_mode": 1]).code == 0)
            #expect(try await check(hub, "3", base64(code)) == ReturnCode.ticketUsed.rawValue)
        }
    }

    @Test("a phone that signs the same anew makes no second ride of it")
    func signedAgain() async throws {
        try await run { hub async throws in
            let code = try code()
            let again = code.dropLast(64) + phone.sign(Array(code.dropLast(65)))
            #expect(try await check(hub, "1", hexadecimal(code)) == 0)
            #expect(Array(again) != code)
            #expect(try await check(hub, "2", hexadecimal(again)) == ReturnCode.ticketUsed.rawValue)
        }
    }

    @Test("a record is known again however its code is written, and another code under its req_id is not it")
    func writtenOtherwise() throws {
        let folder = TemporaryFolder()
        let database = try HubDatabase(path: folder.configuration.databasePath)
        let code = try code()
        let codes: [[UInt8]] = [code, code.dropLast(7), code + [0xFF]]
        for (number, code) in codes.enumerated() {
            let texts = [
                hexadecimal(code), base64(code), Subject.ticket(code).text, hexadecimal(code).uppercased(),
            ]
            var record = TapRecord(
                deviceID: "V", call: .ticketLog, requestID: "r\(number)", subject: "", status: 0, checkMode: nil, reason: nil,
                time: WallTime(seconds: now), position: nil, received: WallTime(seconds: now))
            for first in texts.prefix(3) {
                record.subject = first
                record.requestID += "'"
                try database.records.insert(record)
                for text in texts {
                    record.subject = text
                    #expect(try database.records.find(record, pseudonym: nil) != nil, "\(first) as \(text)")
                }
                record.subject = hexadecimal(code.dropFirst())
                #expect(try database.records.find(record, pseudonym: nil) == nil)
            }
        }
    }

    @Test("each thing that stands against it has its number")
    func refusals() async throws {
        let good = try code()
        func broken(at offset: Int) -> [UInt8] {
            var code = good
            code[offset] ^= 1
            return code
        }
        let now = now
        let cases: [([UInt8], ReturnCode)] = [
            (broken(at: 60), .forgedTicket), (broken(at: 210), .forgedTicket), (broken(at: 300), .forgedTicket),
            (broken(at: 8), .noRootKey), (broken(at: 3), .malformedTicket), (good.dropLast(), .malformedTicket),
            (try code { $0.certificateEnd = CertificateMonth(year: 2020, month: 1) ?? $0.certificateEnd }, .certificateExpired),
            (try code { $0.authorisationEnd = WallTime(seconds: now - 1000) }, .authorisationExpired),
            (try code { $0.made = WallTime(seconds: now - 1000) }, .ticketExpired),
            (try code { $0.made = WallTime(seconds: now + 1000) }, .ticketNotYetValid),
            (try code { $0.issuer = "99990002" }, .issuerNotAccepted),
            (try code { $0.issuer = TransportTerms.testIssuer }, .issuerNotAccepted),
            (try code { $0.accountType = TransportTerms.testAccountType }, .issuerNotAccepted),
            (try code { $0.maximumFen = 199 }, .amountExceeded),
            (try code { $0.card = CardNumber("31059999000000000002") ?? $0.card }, .notOnWhiteList),
        ]
        try await run({ ($0.deniedIssuers, $0.fareFen) = (["99990002"], 200) }) { hub async throws in
            for (index, (code, expected)) in cases.enumerated() {
                #expect(try await check(hub, "\(index)", hexadecimal(code)) == expected.rawValue, "case \(index)")
            }
            #expect(try await check(hub, "good", hexadecimal(good)) == 0, "no broken copy used it up")
        }
    }

    @Test("test codes ride where they are accepted")
    func testCodes() async throws {
        try await run({ $0.acceptsTests = true }) { hub async throws in
            let test = try code { ($0.issuer, $0.accountType) = (TransportTerms.testIssuer, TransportTerms.testAccountType) }
            #expect(try await check(hub, "1", base64(test)) == 0)
        }
    }

    @Test("a hub without root keys refuses it for want of them, and a code that is not wanted is as unknown as any text")
    func noRoots() async throws {
        let folder = TemporaryFolder()
        let code = try hexadecimal(code())
        try await TestHub.run(in: folder) { hub async throws in
            #expect(try await check(hub, "1", code) == ReturnCode.noRootKey.rawValue)
        }
        try await TestHub.run(in: folder, { $0.policy.tickets.codecs = [.vt1] }) { hub async throws in
            #expect(try await check(hub, "2", code) == ReturnCode.malformedTicket.rawValue)
        }
    }

    @Test("a listing shows the ends of a code, in whatever form, and all of any other subject")
    func listing() throws {
        let code = try code()
        let middle = hexadecimal(code[100..<200])
        for subject in [hexadecimal(code), base64(code), "hex:" + hexadecimal(code), "hex:" + hexadecimal(code.dropLast(9))] {
            var record = TapRecord(
                deviceID: "V", call: .ticketLog, requestID: "1", subject: subject, status: 0, checkMode: nil, reason: nil,
                time: WallTime(seconds: 0), position: nil, received: WallTime(seconds: 0))
            #expect(record.listedSubject == "\(subject.prefix(8))…\(subject.suffix(8))")
            record.subject = record.listedSubject
            let shown = record.json.text + record.line(zone: FixedZone.shanghai)
            #expect(!shown.contains(middle) && !shown.contains(Self.card))
            for other in [
                "00065537", "VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN", "p:\(middle.prefix(32))",
                String(middle.prefix(128)),
            ] {
                record.subject = other
                #expect(record.listedSubject == other)
            }
            // With something around it, or damaged, it may be as good as the code.
            for other in [" \(base64(code)) ", "0x" + hexadecimal(code), String(hexadecimal(code).dropLast())] {
                record.subject = other
                #expect(record.listedSubject == "\(other.prefix(8))…\(other.suffix(8))")
            }
        }
    }
}
