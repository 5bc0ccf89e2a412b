import Base
import Cryptography
import Fares
import PlatformAPI
import Synchronization
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices

/// The service on a database, without a server.
struct DeviceServiceTests {
    private static let now = WallTime(seconds: 1_785_729_600)
    private static let key = KeyGroup.Key(id: 1, text: "a84a6ce9")

    private let codec = VT1Codec(authenticator: Libcrypto(), secret: [])

    private func service(_ change: (inout HubPolicy) -> Void = { _ in }) -> DeviceService {
        var policy = HubPolicy()
        (policy.authentication, policy.registersDevices) = (.none, true)
        change(&policy)
        return DeviceService(policy: policy, cryptography: Libcrypto(), log: { _, _ in })
    }

    private func database(_ folder: borrowing TemporaryFolder) throws -> HubDatabase {
        let database = try HubDatabase(path: "\(folder.path)/hub.db")
        try database.adopt(entries("AA", "CC", "-BB"))
        try database.adopt(entries("AA", "BB", "-CC"), line: "26")
        try database.adopt(keys: [Self.key], at: Self.now.seconds - 60)
        return database
    }

    private func ticket(_ card: String, from seconds: Int64 = 0, nonce: UInt32 = 1) throws -> VT1Ticket {
        VT1Ticket(
            keyID: 1, kind: .singleRide, card: try #require(CardNumber(card)), validFrom: UInt32(Self.now.seconds + seconds),
            lifetimeSeconds: 600, nonce: nonce)
    }

    private func check(
        _ subject: Subject, own: [DeviceSetting: String] = [:], _ database: HubDatabase
    ) throws -> OnlineCheck {
        var device = Device(id: "VLD1", registered: Self.now)
        device.own = own
        return try service { $0.defaults.enterpriseID = "398" }.onlineCheck(of: subject, by: device, in: database, at: Self.now)
    }

    @Test(
        "of a card it finds the lists that it is on, and those of the device's line",
        arguments: [
            ("AA", nil, CardStanding(isBlocked: false, isOnWhiteList: true, isOnLineList: false)),
            ("aa", "26", CardStanding(isBlocked: false, isOnWhiteList: true, isOnLineList: true)),
            ("BB", nil, CardStanding(isBlocked: true, isOnWhiteList: false, isOnLineList: false)),
            ("BB", "26", CardStanding(isBlocked: true, isOnWhiteList: false, isOnLineList: true)),
            ("CC", "26", CardStanding(isBlocked: false, isOnWhiteList: true, isOnLineList: false)),
            ("DD", "26", CardStanding(isBlocked: false, isOnWhiteList: false, isOnLineList: false)),
            ("AA", "71", CardStanding(isBlocked: false, isOnWhiteList: true, isOnLineList: false)),
        ] as [(String, String?, CardStanding)])
    func standing(card: String, line: String?, expected: CardStanding) throws {
        let folder = TemporaryFolder()
        let found = try check(
            .card(#require(CardNumber(card))), own: line.map { [.line: $0] } ?? [:], database(folder))
        #expect(found.presented == .card(expected))
    }

    @Test("a device's own settings win over the configuration's")
    func settings() throws {
        let folder = TemporaryFolder()
        let found = try check(
            .card(#require(CardNumber("AA"))), own: [.whiteListRequired: "0", .window: "05:30-23:00"], database(folder))
        #expect(!found.settings.modes.whiteListRequired)
        #expect(found.settings.modes.cardsEnabled)
        #expect(found.settings.window == DailyWindow("05:30-23:00"))
        #expect(found.settings.enterpriseID == "398")
    }

    @Test("of a ticket it finds what it is by the keys in force, whether it is used, and the lists of its card")
    func tickets() throws {
        let folder = TemporaryFolder()
        let database = try database(folder)
        let onNoLine = CardStanding(isBlocked: false, isOnWhiteList: true, isOnLineList: false)
        let good = try ticket("AA")
        let text = try #require(codec.text(of: good, key: Self.key))
        let forged = try #require(codec.text(of: good, key: KeyGroup.Key(id: 1, text: "wrong")))
        var other = good
        other.keyID = 9
        let unknown = try #require(codec.text(of: other, key: KeyGroup.Key(id: 9, text: "x")))
        let blocked = try ticket("BB")
        let cases: [(String, RideDecision.Presented)] = [
            (text, .ticket(isUsed: false, onNoLine)),
            (text.lowercased(), .ticket(isUsed: false, onNoLine)),
            (
                try #require(codec.text(of: blocked, key: Self.key)),
                .ticket(isUsed: false, CardStanding(isBlocked: true, isOnWhiteList: false, isOnLineList: false))
            ),
            (forged, .badTicket(.forged)),
            (unknown, .badTicket(.unknownKey)),
            (String(text.dropLast()), .badTicket(.malformed)),
            ("🚌", .badTicket(.malformed)),
        ]
        for (text, expected) in cases {
            #expect(try check(.ticket(Array(text.utf8)), database).presented == expected)
        }
        let used = try #require(codec.unverified(Array(text.utf8))?.whenUsed(skew: .seconds(60)))
        try database.write { $0.use(used) }
        #expect(try check(.ticket(Array(text.lowercased().utf8)), database).presented == .ticket(isUsed: true, onNoLine))
    }

    @Test("an answer is a value: what was decided, and the prompt for it")
    func answer() throws {
        let folder = TemporaryFolder()
        let database = try database(folder)
        let service = service { $0.sounds[.blocked] = 12 }
        func answer(_ call: PlatformCall, _ form: String) throws -> DeviceAnswer {
            let request = try DeviceRequest(
                call: call, contentType: "application/x-www-form-urlencoded",
                body: Array("device_id=VLD1&time=260803120000&\(form)".utf8))
            return try database.transaction { try service.answer(request, in: database, at: Self.now) }
        }
        guard case .checked(.ok, soundNumber: 0) = try answer(.cardCheck, "req_id=1&card_id=AA&check_mode=0"),
            case .checked(.blocked, soundNumber: 12) = try answer(.cardCheck, "req_id=2&card_id=BB&check_mode=0"),
            case .checked(.ok, soundNumber: 0) = try answer(.cardCheck, "req_id=2&card_id=BB&check_mode=1"),
            case .logged = try answer(.cardLog, "req_id=2&card_id=BB&status=2"),
            case .token(let token) = try answer(.token, "app_id="),
            case .list(.cards, enterpriseID: "1") = try answer(.cardList, "type=1&token=\(token.text)"),
            case .list(.line(nil), enterpriseID: "1") = try answer(.lineCardList, "token=\(token.text)"),
            case .keys(KeyGroup(version: "\(Self.now.seconds - 60)", keys: [Self.key])) = try answer(.keys, "token=\(token.text)")
        else {
            Issue.record("answered otherwise")
            return
        }
    }

    @Test("a device that registers itself is one field of the log, whatever its id")
    func registration() throws {
        let folder = TemporaryFolder()
        let lines = Mutex<[String]>([])
        var policy = HubPolicy()
        (policy.authentication, policy.registersDevices) = (.none, true)
        let service = DeviceService(
            policy: policy, cryptography: Libcrypto(),
            log: { _, text in lines.withLock { $0.append(text()) } })
        let database = try database(folder)
        let request = try DeviceRequest(
            call: .token, contentType: "application/x-www-form-urlencoded", body: Array("device_id=a+b%3Dc&app_id=".utf8))
        _ = try service.answer(request, in: database, at: Self.now)
        #expect(lines.withLock(\.self) == ["registered device=\"a b=c\""])
    }
}
