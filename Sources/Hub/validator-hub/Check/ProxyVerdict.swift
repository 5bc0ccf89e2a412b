import Base
import Cryptography
import HTTPProbe
import JSON

/// What the answers through the reverse proxy say of it.
enum ProxyVerdict {
    /// A certificate that ends within this time is to be renewed.
    private static let renewalTime = Duration.seconds(14 * 86400)
    /// Boxes and hub may differ by so much without anybody noticing.
    private static let clockTolerance = Duration.seconds(5)

    /// - Parameter answer: to `GET /readyz`, with its `Date`.
    static func transport(_ answer: HTTPProbe.Answer, at now: WallTime, zone: any TimeZoneRules) -> [CheckItem] {
        var items: [CheckItem] = []
        if let certificate = answer.certificate, let end = certificateExpiries(pem: Array(certificate.utf8))?.first {
            let day = zone.civil(end).date
            let item =
                end < now + renewalTime
                ? CheckItem.wrong("certificate", "ends on \(day)", "renew it, and reload nginx: systemctl reload nginx")
                : .good("certificate", "valid until \(day)")
            items.append(item)
        }
        items.append(
            answer.version == "2"
                ? .good("http2", "spoken")
                : .wrong("http2", "not spoken (HTTP/\(answer.version))", "listen … ssl http2 in nginx's site"))
        items.append(
            answer.status == 200
                ? .good("proxy_readyz", "the hub is ready behind the proxy")
                : .wrong("proxy_readyz", "the proxy answers \(answer.status)", next(answer.status)))
        return items
    }

    private static func next(_ status: Int) -> String {
        switch status {
        case 502, 504: "the proxy does not reach the hub: compare proxy_pass with server.listen; is the hub running?"
        case 503: "validator-hub's log says what it is waiting for: journalctl -u validator-hub"
        case 400: "the proxy may ask for a client certificate: ssl_verify_client optional lets this check through"
        default: "does the URL lead to the hub? nginx's error log says more"
        }
    }

    static func clock(_ date: String?, at now: WallTime) -> CheckItem {
        guard let date, let theirs = HTTPDate.parse(date) else { return .skipped("clock", "the reply has no date") }
        let seconds = theirs.seconds - now.seconds
        return abs(seconds) * 1000 <= Int64(clockTolerance / .milliseconds(1))
            ? .good("clock", "agrees with the server's within 5 s")
            : .wrong(
                "clock", "the server's clock is \(seconds) s from this machine's", "synchronise both: timedatectl set-ntp true")
    }

    /// - Parameter answer: to a call with a body that says nothing: it must be the hub that refuses it.
    static func call(_ answer: HTTPProbe.Answer) -> CheckItem {
        let isHub = (try? JSONValue(parsing: answer.body))?["ret_code"]?.int != nil
        return isHub
            ? .good("call", "a call reaches the hub")
            : .wrong(
                "call", "a call is answered with \(answer.status) by something else than the hub",
                "the proxy's location must pass /api/ on unchanged")
    }

    /// - Parameters:
    ///   - answer: to `GET /readyz` with a name that nobody proved.
    ///   - name: that name.
    static func forgedName(_ answer: HTTPProbe.Answer, _ name: String) -> CheckItem {
        answer["x-client-name"] == name
            ? .wrong(
                "client_name", "the proxy lets clients name themselves by X-Client-Name: everybody can be any device",
                "proxy_set_header X-Client-Name with the certificate's name, or empty, as the packaged site does")
            : .good("client_name", "a forged X-Client-Name is not believed")
    }

    /// - Parameter answer: to `GET /metrics`.
    static func metrics(_ answer: HTTPProbe.Answer) -> CheckItem {
        guard !answer.isFromLoopback else {
            return .skipped("metrics", "asked from this machine itself", "ask from another one whether /metrics is closed")
        }
        return answer.status == 200
            ? .wrong("metrics", "everybody can read /metrics", "allow it to your Prometheus alone: the packaged site does")
            : .good("metrics", "closed from outside (\(answer.status))")
    }
}
