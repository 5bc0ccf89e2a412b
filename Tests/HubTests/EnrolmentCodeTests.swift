import Base
import HubDomain
import Testing

@Suite("enrolment codes")
struct EnrolmentCodeTests {
    private let now = WallTime(seconds: 1_700_000_000)
    private let code: EnrolmentCode

    init() {
        var random = SystemRandomNumberGenerator()
        code = EnrolmentCode(using: &random)
    }

    @Test("are four groups of four that nobody misreads, and each is another")
    func form() throws {
        var random = SystemRandomNumberGenerator()
        let codes = (0..<200).map { _ in EnrolmentCode(using: &random).description }
        #expect(Set(codes).count == codes.count)
        for code in codes { #expect(code.wholeMatch(of: /([2-9A-HJKMNP-TV-Z]{4}-){3}[2-9A-HJKMNP-TV-Z]{4}/) != nil, "\(code)") }
        #expect(Set(codes.joined()).count == 31, "every character of the alphabet comes up")
    }

    @Test("are read however they are typed")
    func reading() {
        let text = code.description
        for typed in [text, text.lowercased(), text.replacing("-", with: ""), " " + text.replacing("-", with: " ")] {
            #expect(EnrolmentCode(typed) == code)
        }
        for typed in ["", "ABCD", text + "A", "ABCD-EFGH-JKMN-PQR0", "文BCD-EFGH-JKMN-PQRS", String(text.dropLast()) + "\u{2014}"]
        {
            #expect(EnrolmentCode(typed) == nil, "\(typed)")
        }
    }

    @Test("are kept as a digest, which says nothing of them")
    func digest() {
        #expect(code.digest.count == 32)
        #expect(EnrolmentCode(code.description.lowercased())?.digest == code.digest)
        #expect(!String(decoding: code.digest, as: UTF8.self).contains(code.description.prefix(4)))
    }

    /// A case of the next test.
    struct Attempt: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout Enrolment?, inout Device?) -> Void
        var deviceID = "VLD1"
        var after = Duration.seconds(86399)
        var refusal: EnrolmentRefusal?

        init(
            _ description: String, _ refusal: EnrolmentRefusal?, deviceID: String = "VLD1", after: Duration = .seconds(86399),
            change: @escaping @Sendable (inout Enrolment?, inout Device?) -> Void = { _, _ in }
        ) {
            (testDescription, self.refusal, self.deviceID, self.after, self.change) = (
                description, refusal, deviceID, after, change
            )
        }
    }

    @Test(
        "a code is good once, within a day, for the device that it was made for",
        arguments: [
            Attempt("in time", nil),
            Attempt("a day later", .expiredCode, after: .seconds(86400)),
            Attempt("of another device", .otherDevice, deviceID: "VLD2"),
            Attempt(
                "of another device, and used: who has no business with it learns nothing more", .otherDevice, deviceID: "VLD2"
            ) {
                enrolment, _ in enrolment?.used = WallTime(seconds: 1_700_000_001)
            },
            Attempt("used", .usedCode) { enrolment, _ in enrolment?.used = WallTime(seconds: 1_700_000_001) },
            Attempt("of nobody", .unknownCode) { enrolment, _ in enrolment = nil },
            Attempt("of a device that was given up", .revokedDevice) { _, device in device?.revoked = WallTime(seconds: 1) },
            Attempt("of a device that was deleted", .unknownCode) { _, device in device = nil },
        ])
    func redeem(attempt: Attempt) {
        var found: Enrolment? = Enrolment(of: code, for: "VLD1", at: now)
        var device: Device? = Device(id: "VLD1", registered: now)
        attempt.change(&found, &device)
        let result = Result { () throws(EnrolmentRefusal) in
            try Enrolment.redeem(found, for: attempt.deviceID, of: device, from: "192.0.2.1", at: now + attempt.after)
        }
        switch result {
        case .success(let kept):
            #expect(attempt.refusal == nil && kept.used == now + attempt.after && kept.usedFrom == "192.0.2.1")
        case .failure(let refusal): #expect(refusal == attempt.refusal)
        }
    }

    @Test("every refusal has its status and its words")
    func refusals() {
        for refusal in EnrolmentRefusal.allCases {
            #expect((400..<500).contains(refusal.status) && !refusal.title.isEmpty)
        }
    }
}
