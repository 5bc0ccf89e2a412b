import TestSupport
import Testing

@testable import Base
@testable import Fares
@testable import PlatformAPI
@testable import ValidatorCore

@Suite("The transport ministry's codes at the box")
struct TransportDecisionTests {
    private let issuer = TransportIssuer()

    private func restored(listed: [String] = [TransportIssuer.card], blocked: [String] = []) throws -> Validator.Restored {
        var restored = TestBox.holding(listed: listed, blocked: blocked)
        restored.state.roots = try issuer.roots
        return restored
    }

    private func box(_ change: (inout Policy) -> Void = { _ in }) throws -> TestBox {
        var policy = TestBox.policy()
        change(&policy)
        return TestBox(policy: policy, restored: try restored())
    }

    private func code(_ change: (inout TransportCode.Content) -> Void = { _ in }) throws -> [UInt8] {
        try issuer.code(at: TestBox.epoch, change)
    }

    @Test("a good one rides by its account's number, and record and booking keep all of its bytes")
    func good() throws {
        var box = try box()
        let code = try code()
        #expect(box.scan(code)?.reason == .ok)
        #expect(box.stored.map(\.subject) == [.ticket(code)] && box.stored[0].pending == [.booking, .log])
        let booking = try #require(box.requests.first { $0.request.content.name == "booking" })
        guard case .check(.ticket(let payload), .offline, _, _) = booking.request.content else { return #expect(Bool(false)) }
        #expect(payload == code)
    }

    @Test("within the repeat interval it is repeated, after it used: as bytes, as text, and when the phone signs it again")
    func used() throws {
        var box = try box()
        let code = try code()
        let forms = [code, Array(hexadecimal(code).utf8), Array(base64(code).utf8), issuer.signedAgain(code)]
        #expect(box.scan(code)?.outcome == .accepted)
        for form in forms { #expect(box.scan(form)?.outcome == .repeated) }
        box.advance(by: .seconds(3))
        for form in forms {
            #expect(box.scan(form)?.reason == .ticketUsed)
            box.advance(by: .seconds(3))
        }
        #expect(box.scan(try self.code { $0.made = TestBox.epoch + .seconds(10) })?.reason == .ok, "another code of the phone's")
    }

    @Test("a ride is remembered over a restart")
    func restart() throws {
        var box = try box()
        let code = try code()
        box.scan(code)
        var restored = try restored()
        restored.usedTickets = box.stored.compactMap(\.usedTicket)
        box = TestBox(restored: restored, system: TestBox.epoch + .seconds(60))
        #expect(box.scan(issuer.signedAgain(code))?.reason == .ticketUsed)
    }

    @Test("and so is one that the platform granted")
    func afterOnline() throws {
        var restored = try restored()
        restored.state.modes.ticketCheck = .online
        var box = TestBox(restored: restored)
        let code = try code()
        box.scan(code)
        box.reply(try #require(box.requests.last { $0.request.content.name == "online check" }).id, .check(0))
        #expect(box.answers.last?.isGreen == true)
        box.advance(by: .seconds(3))
        box.scan(code)
        box.fail(try #require(box.requests.last { $0.request.content.name == "online check" }).id, .connection)
        #expect(box.answers.last?.reason == .ticketUsed)
    }

    @Test("each fault has its reason")
    func faults() throws {
        let day = Duration.seconds(86400)
        let earlier = TestBox.epoch - day
        let codes: [(Reason, [UInt8])] = [
            (.noRootKey, try code { $0.rootIndex = 9 }),
            (.certificateExpired, try code { $0.certificateEnd = CertificateMonth(year: 2023, month: 10) ?? $0.certificateEnd }),
            (.authorisationExpired, try code { $0.authorisationEnd = TestBox.epoch - .seconds(120) }),
            (.ticketNotYetValid, try code { ($0.made, $0.authorisationEnd) = (TestBox.epoch + day, TestBox.epoch + day * 2) }),
            (.ticketExpired, try code { ($0.made, $0.authorisationEnd) = (earlier, TestBox.epoch + day) }),
            (.issuerNotAccepted, try code { $0.issuer = "87654321" }),
            (.issuerNotAccepted, try code { $0.accountType = TransportTerms.testAccountType }),
            (.amountExceeded, try code { $0.maximumFen = 199 }),
            (.notOnWhiteList, try code { $0.card = CardNumber("31059999000000000002") ?? $0.card }),
            (.malformedTicket, try code().dropLast()),
        ]
        var box = try box {
            $0.tickets.transport.fareFen = 200
            _ = $0.tickets.transport.setIssuers(["!87654321"])
        }
        for (reason, code) in codes { #expect(box.scan(code)?.reason == reason) }
        for place in [60, 200, 300] {
            var forged = try code()
            forged[place] ^= 1
            #expect(box.scan(forged)?.reason == .forgedTicket, "byte \(place)")
        }
        #expect(box.scan(try code())?.reason == .ok)
        #expect(box.requests.allSatisfy { $0.request.content.name != "online check" }, "what a codec knows is nobody else's")
    }

    @Test("its account is held against the lists: blocked beats all, and without `white_mode` any rides")
    func lists() throws {
        var box = TestBox(restored: try restored(listed: [], blocked: [TransportIssuer.card]))
        #expect(box.scan(try code())?.reason == .blocked)
        var restored = try restored(listed: [])
        restored.state.modes.whiteListRequired = false
        box = TestBox(restored: restored)
        #expect(box.scan(try code())?.reason == .ok)
    }

    @Test("without a trusted clock nobody is refused for the time, and a code still rides once")
    func noClock() throws {
        var box = TestBox(restored: try restored(), system: WallTime(seconds: 100))
        let code = try issuer.code(at: TestBox.epoch - .seconds(1_000_000))
        #expect(box.scan(code)?.reason == .ok)
        box.advance(by: .seconds(3))
        #expect(box.scan(code)?.reason == .ticketUsed)
    }

    @Test("root keys come while the box runs, are kept, and go")
    func roots() throws {
        var box = TestBox(restored: TestBox.holding(listed: [TransportIssuer.card]))
        let code = try code()
        #expect(box.scan(code)?.reason == .noRootKey)
        func saved() -> RootKeySet? {
            guard case .saveState(let state)? = box.effects.last(where: { if case .saveState = $0 { true } else { false } })
            else { return nil }
            return state.roots
        }
        box.handle(.set(.roots(try issuer.roots)))
        #expect(saved() == (try issuer.roots))
        box.advance(by: .seconds(3))
        #expect(box.scan(code)?.reason == .ok)
        box.handle(.set(.roots(RootKeySet())))
        #expect(saved()?.isEmpty == true)
        #expect(box.scan(try self.code { $0.made = TestBox.epoch + .seconds(5) })?.reason == .noRootKey)
    }
}
