import Base
import HubDomain
import PlatformAPI
import Testing

@testable import HubUpstream

@Suite("The platform's access tokens")
struct UpstreamTokenTests {
    private func tokens(_ file: String = "") throws -> UpstreamTokens {
        UpstreamTokens(fixed: try StaticTokens(file: Array(file.utf8)))
    }

    @Test("are fetched anew after four fifths of their life, each device's for itself")
    func life() throws {
        var tokens = try tokens()
        #expect(tokens.token(of: "a", at: instant(0)) == nil)
        tokens.learn(PlatformReply.Token(text: "t1", expiresInSeconds: 100), of: "a", at: instant(0))
        #expect(tokens.token(of: "a", at: instant(79)) == "t1")
        #expect(tokens.token(of: "b", at: instant(79)) == nil)
        #expect(tokens.token(of: "a", at: instant(80)) == nil)
    }

    @Test("are fetched once more when they are refused, and not again for the same request")
    func refusal() throws {
        var tokens = try tokens()
        tokens.learn(PlatformReply.Token(text: "t1", expiresInSeconds: 100), of: "a", at: instant(0))
        #expect(tokens.refused(of: "a", usedSince: instant(5)) == true)
        #expect(tokens.token(of: "a", at: instant(5)) == nil)
        tokens.learn(PlatformReply.Token(text: "t2", expiresInSeconds: 100), of: "a", at: instant(6))
        #expect(tokens.refused(of: "a", usedSince: instant(5)) == false)
        #expect(tokens.token(of: "a", at: instant(7)) == "t2")
    }

    @Test("that an operator set are used for ever")
    func fixed() throws {
        var tokens = try tokens("* everybodys\nb bs-own-token\n")
        #expect(tokens.token(of: "a", at: instant(0)) == "everybodys")
        #expect(tokens.token(of: "b", at: instant(1e6)) == "bs-own-token")
        #expect(tokens.refused(of: "b", usedSince: instant(1e6)) == false)
    }
}

@Suite("What the platform calls a device")
struct IdentityMapTests {
    @Test("is what an operator said last, else the hub's own name for it")
    func names() throws {
        let map = IdentityMap([
            UpstreamIdentity(deviceID: "a", upstreamID: "P1", since: morning),
            UpstreamIdentity(deviceID: "b", upstreamID: "P2", since: morning, until: morning),
        ])
        #expect(try ["a", "b", "c", "P2"].map { try map.upstreamID(of: $0) } == ["P1", "b", "c", "P2"])
        let error = #expect(throws: FieldError.self) { try map.upstreamID(of: "P1") }
        #expect(error?.description.contains("map-device") == true, "its rides would be booked as a's")
    }
}
