import Base
import HubDomain
import Testing

@Suite("An access token")
struct AccessTokenTests {
    private let token = AccessToken(deviceID: "VLD1", expires: WallTime(seconds: 1000))

    private func code(_ body: () throws(Refusal) -> Void) -> ReturnCode? {
        do throws(Refusal) {
            try body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test("is good until it expires, and for its own device only")
    func check() {
        let last = WallTime(seconds: 999)
        #expect(code { () throws(Refusal) in try AccessToken.check(token, of: "VLD1", at: last) } == nil)
        #expect(code { () throws(Refusal) in try AccessToken.check(token, of: "VLD2", at: last) } == .tokenRefused)
        #expect(code { () throws(Refusal) in try AccessToken.check(token, of: "VLD1", at: token.expires) } == .tokenRefused)
        #expect(code { () throws(Refusal) in try AccessToken.check(nil, of: "VLD1", at: last) } == .tokenRefused)
    }

    @Test("says whose it is until it expires")
    func owner() throws {
        #expect(try AccessToken.owner(of: token, at: WallTime(seconds: 999)) == "VLD1")
        #expect(throws: Refusal.self) { try AccessToken.owner(of: token, at: token.expires) }
        #expect(throws: Refusal.self) { try AccessToken.owner(of: nil, at: token.expires) }
    }
}
