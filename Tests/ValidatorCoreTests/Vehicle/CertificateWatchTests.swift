import Base
import Testing
import ValidatorCore

struct CertificateWatchTests {
    private static let day = Duration.seconds(86400)
    private static let noon = WallTime(seconds: 1_772_366_400)  // 2026-03-01 12:00:00 UTC
    private var watch = CertificateWatch()

    private mutating func review(
        _ certificates: WatchedCertificate..., at time: WallTime? = noon, uptime: Duration = .zero
    ) -> [Notice] {
        watch.review(certificates, at: time, now: Instant(nanoseconds: 0) + uptime)
    }

    private func client(after span: Duration) -> WatchedCertificate {
        WatchedCertificate(role: .client, name: "/etc/validator/box.pem", expiry: Self.noon + span)
    }

    @Test("a certificate that lasts longer than 14 days is not spoken of")
    mutating func farAway() {
        #expect(review(client(after: Self.day * 14 + .seconds(1))).isEmpty)
    }

    @Test("14 days ahead its end is a warning, with file, date and what to do")
    mutating func soon() {
        #expect(
            review(client(after: Self.day * 14)) == [
                Notice(
                    .warning,
                    """
                    TLS: client certificate /etc/validator/box.pem expires in 14 days, on 2026-03-15; \
                    have the platform's operator issue the next one and put it in the place of this file
                    """)
            ])
    }

    @Test(
        "the days are those that are left",
        arguments: [
            (day * 2 - .seconds(1), "in 1 day, on 2026-03-03"), (.seconds(60), "within a day, on 2026-03-01"),
        ])
    mutating func remaining(span: Duration, text: String) {
        #expect(review(client(after: span)).first?.text.contains("expires \(text);") == true)
    }

    @Test("after its end it is an error")
    mutating func expired() {
        let notices = review(client(after: .seconds(-1)))
        #expect(notices.first?.level == .error)
        #expect(
            notices.first?.text.hasPrefix("TLS: client certificate /etc/validator/box.pem has expired on 2026-03-01; ") == true)
    }

    @Test(
        "each kind of certificate names its place and who can help",
        arguments: [
            (
                WatchedCertificate.Role.authority, "/etc/ca.pem", "a certificate in CA file /etc/ca.pem expires",
                "add it to the file"
            ),
            (.server, "platform.example", "certificate of platform.example expires", "tell the platform's operator"),
        ])
    mutating func roles(role: WatchedCertificate.Role, name: String, subject: String, advice: String) throws {
        let text = try #require(review(WatchedCertificate(role: role, name: name, expiry: Self.noon + Self.day)).first).text
        #expect(text.contains(subject))
        #expect(text.hasSuffix(advice))
    }

    @Test("a root key of the transport ministry is spoken of 60 days ahead: its successor comes by letter")
    mutating func root() {
        func root(after days: Int) -> WatchedCertificate {
            WatchedCertificate(role: .root, name: "6", expiry: Self.noon + Self.day * days)
        }
        #expect(review(root(after: 61)).isEmpty)
        #expect(
            review(root(after: 60)) == [
                Notice(
                    .warning,
                    """
                    tickets: the transport ministry's root key 6 expires in 60 days, on 2026-04-30; \
                    ask the clearing centre for its successor and add it to tickets.transport_roots_file
                    """)
            ])
    }

    @Test("it is said once a day, however often it is asked, and whatever the calendar does meanwhile")
    mutating func onceADay() {
        #expect(review(client(after: Self.day)).count == 1)
        #expect(review(client(after: Self.day), at: Self.noon + Self.day * 7, uptime: .seconds(3600)).isEmpty)
        #expect(review(client(after: Self.day), uptime: Self.day - .seconds(1)).isEmpty)
        #expect(review(client(after: Self.day), uptime: Self.day).count == 1)
        #expect(review(client(after: Self.day), uptime: Self.day + .seconds(1)).isEmpty)
    }

    @Test("a successor that lasts is silence, one that does not is spoken of at once")
    mutating func replaced() {
        #expect(review(client(after: Self.day)).count == 1)
        #expect(review(client(after: Self.day * 300), uptime: Self.day).isEmpty)
        #expect(review(client(after: Self.day * 2), uptime: Self.day).count == 1)
    }

    @Test("several certificates of one file are each spoken of")
    mutating func several() {
        #expect(review(client(after: Self.day), client(after: Self.day * 2), client(after: Self.day * 200)).count == 2)
    }

    @Test("without a trusted clock nothing is said, and with one at once")
    mutating func untrusted() {
        #expect(review(client(after: .zero), at: nil).isEmpty)
        #expect(review(client(after: .zero)).count == 1)
    }
}
