import PlatformAPI
import Testing

@testable import HubUpstream

@Suite("The log shows how a reply began that could not be used")
struct ReplyExcerptTests {
    private func text(_ call: PlatformCall, _ body: String, _ kind: ExchangeFailure.Kind = .undecodable) -> String {
        var excerpt = ReplyExcerpt(of: call)
        for byte in body.utf8 { excerpt.append([byte]) }
        return excerpt.added(to: ExchangeFailure(kind, "no reply")).text
    }

    @Test("at most 200 bytes of it, as a log may show them")
    func bounded() {
        #expect(text(.heartbeat, "<html>\n\u{1B}[2J") == "no reply; the reply begins \"<html>??[2J\"")
        #expect(text(.cardLog, "{\"ret_code\":", .status) == "no reply; the reply begins \"{\\\"ret_code\\\":\"")
        #expect(text(.cardCheck, String(repeating: "x", count: 5000)).count == "no reply; the reply begins \"\"".count + 200)
    }

    @Test("nothing of a token, of keys or of cards, and nothing where nothing came or the link failed")
    func secrets() {
        #expect(text(.token, "<html>") == "no reply")
        for call in [PlatformCall.keys, .cardList, .lineCardList] {
            #expect(text(call, " {\"list\":[{\"card_no\":\"00065537\"") == "no reply")
            #expect(text(call, " <html>") == "no reply; the reply begins \" <html>\"")
        }
        #expect(text(.heartbeat, "") == "no reply")
        #expect(text(.heartbeat, "{", .timeout) == "no reply")
    }
}
