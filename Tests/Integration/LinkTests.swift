import FaultProxy
import Foundation
import TestSupport
import Testing

@Suite("The box on a bad link", .timeLimit(.minutes(10)))
struct LinkTests {
    /// A way in which a link fails, and what status then tells a technician.
    struct Failure: Sendable, CustomTestStringConvertible {
        var name: String
        var faults: LinkFaults
        var told: String

        var testDescription: String { name }
    }

    private static func page(_ text: String) -> LinkFaults {
        .admission(.answer(Array(text.replacing("\n", with: "\r\n").utf8)))
    }

    private static let login = "<html><head><title>Login</title></head></html>"

    static let failures = [
        Failure(name: "nobody listens", faults: .admission(.refuse), told: "connection refused"),
        Failure(name: "packets vanish without a reset", faults: .admission(.swallow), told: "no reply in"),
        Failure(
            name: "a captive portal answers with its page",
            faults: page("HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: \(login.count)\n\n\(login)"),
            told: "whether the network wants a login"),
        Failure(
            name: "a captive portal redirects to itself",
            faults: page("HTTP/1.1 302 Found\nLocation: http://portal.example/login\nContent-Length: 0\n\n"),
            told: "redirected (302) to http://portal.example/login"),
        Failure(
            name: "a gateway answers 500",
            faults: page("HTTP/1.1 500 Internal Server Error\nContent-Length: 5\n\nsorry"), told: "500"),
        Failure(name: "somebody answers who speaks no HTTP", faults: page("SSH-2.0-OpenSSH_9.2\n"), told: "HTTP"),
        Failure(name: "replies are noise", faults: garbling, told: "HTTP"),
        Failure(name: "replies are cut off", faults: cuttingReplies, told: "connection broken"),
        Failure(name: "requests are cut off", faults: cuttingRequests, told: "connection broken"),
    ]

    private static var garbling: LinkFaults {
        var faults = LinkFaults()
        faults.isGarbling = true
        return faults
    }

    private static var cuttingReplies: LinkFaults {
        var faults = LinkFaults()
        faults.cutRepliesAfter = 40
        return faults
    }

    private static var cuttingRequests: LinkFaults {
        var faults = LinkFaults()
        faults.cutRequestsAfter = 60
        return faults
    }

    @Test("riders are answered while the link is down, status says why, and all arrives once it is back", arguments: failures)
    func down(failure: Failure) async throws {
        let platform = try ScriptedPlatform()
        let proxy = try FaultProxy(to: platform.port)
        let options = LiveBox.Options(platform: "timeout_ms = 1000")
        try await LiveBox.run(baseURL: "http://127.0.0.1:\(proxy.port)/hw", options) { box in
            try await box.startWithLists()
            proxy.set(failure.faults)
            // A busy machine may meet other errors first.
            try await box.until("the platform is away, since \(failure.told)") {
                $0["platform"]?["state"] == "offline"
                    && $0["platform"]?["last_error"]?.string?.contains(failure.told) == true
            }
            try await box.play(
                """
                tap reader0 \(LiveBox.goodCard) green
                tap reader0 \(LiveBox.unknownCard) red
                """)
            proxy.set(LinkFaults())
            try await box.untilDelivered()

            // One whose reply did not arrive came again, under the same req_id.
            let uploads = platform.requests("card_check", "card_check_log")
            let distinct = Set(uploads.map { "\($0.call) \($0.fields["card_id"] ?? "")" })
            #expect(
                distinct == [
                    "card_check \(LiveBox.goodCard)", "card_check_log \(LiveBox.goodCard)",
                    "card_check_log \(LiveBox.unknownCard)",
                ])
            #expect(Set(uploads.map(\.requestID)).count == 3)
        }
    }

    @Test("a name without an address is told, and harms no rider")
    func unknownName() async throws {
        try await LiveBox.run(
            baseURL: "http://platform.invalid/hw", LiveBox.Options(platform: "allow_plain = true\ntimeout_ms = 2000")
        ) { box in
            try await box.start()
            let status = try await box.until("it has asked the name server") { $0["platform"]?["state"]?.string == "offline" }
            #expect(status["platform"]?["last_error"]?.string?.hasPrefix("DNS: ") == true)
            try await box.play("tap reader0 \(LiveBox.goodCard) red")
        }
    }

    @Test("a redirect to another host is not followed, with whatever token the request holds")
    func redirect() async throws {
        let stranger = try ScriptedPlatform()
        let platform = try ScriptedPlatform()
        let elsewhere = stranger.baseURL
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            for call in ["location_report", "card_check", "card_check_log"] {
                platform.answer(call) { .html("", status: 307, headers: ["Location": "\(elsewhere)/\($0.call)"]) }
            }
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
            try await box.untilLogged("redirected (307) to \(elsewhere)")
            _ = try await platform.heartbeats(2)
            #expect(stranger.requests().isEmpty)
        }
    }

    @Test("a platform that compresses is understood")
    func compressed() async throws {
        let platform = try ScriptedPlatform()
        platform.change { script in
            for call in ["location_report", "get_card_list"] {
                script.overrides[call] = { request, script in
                    guard request.headers["accept-encoding"]?.contains("gzip") == true else { return nil }
                    script.overrides[call] = nil
                    return script.answer(request).gzipped
                }
            }
        }
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
            try await box.untilDelivered()
        }
    }

    @Test("a slow link with jitter only takes its time")
    func slow() async throws {
        let platform = try ScriptedPlatform()
        var faults = LinkFaults.latency(.milliseconds(150))
        faults.jitter = .milliseconds(100)
        faults.bytesPerSecond = 4000
        let proxy = try FaultProxy(to: platform.port, seed: 3, faults: faults)
        try await LiveBox.run(baseURL: "http://127.0.0.1:\(proxy.port)/hw") { box in
            try await box.startWithLists()
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
            try await box.untilDelivered()
            #expect(platform.requests("card_check", "card_check_log").count == 2)
        }
    }

    @Test(
        "200 ms of latency and a tenth of the packets lost: riders do not notice, and each upload arrives once under its req_id",
        .enabled(if: PacketLoss.isPossible, "needs root, and nft of the package nftables"))
    func loss() async throws {
        let platform = try ScriptedPlatform()
        let proxy = try FaultProxy(to: platform.port, faults: .latency(.milliseconds(100)))
        let loss = try PacketLoss(percent: 10, port: proxy.port)
        try await LiveBox.run(baseURL: "http://127.0.0.1:\(proxy.port)/hw") { box in
            try await box.startWithLists()
            for _ in 0..<5 {
                try await box.play(
                    """
                    tap reader0 \(LiveBox.goodCard) green within 5s
                    tap reader0 \(LiveBox.unknownCard) red within 5s
                    \(LiveBox.pause)
                    """)
            }
            try await box.untilDelivered()
            let uploads = platform.requests("card_check", "card_check_log")
            #expect(Set(uploads.map(\.requestID)).count == 15)
        }
        _ = consume loss
    }

    @Test(
        "a name with a dead address and a living one is reached",
        .enabled(if: PacketLoss.isPossible, "needs root, and nft of the package nftables"),
        arguments: [["127.0.0.2", "127.0.0.1"], ["127.0.0.1", "127.0.0.2"]])
    func deadAddress(addresses: [String]) async throws {
        let platform = try ScriptedPlatform()
        let loss = try PacketLoss(percent: 100, addresses: addresses.filter { $0 != "127.0.0.1" }, port: platform.port)
        let folder = TemporaryFolder()
        try folder.write("hosts", addresses.map { "\($0) platform.test\n" }.joined())
        // The name is known to the daemon alone.
        let wrapper = try folder.write(
            "validatord",
            """
            #!/bin/sh
            exec unshare --mount sh -c 'mount --bind "$0" /etc/hosts && exec "$@"' '\(folder.path("hosts"))' \
                '\(Programs.folder)/validatord' "$@"
            """)
        let options = LiveBox.Options(platform: "allow_plain = true\ntimeout_ms = 1000")
        try await LiveBox.run(baseURL: "http://platform.test:\(platform.port)/hw", in: folder, options) { box in
            try await box.play("start validatord /bin/sh \(wrapper) --config ${DIR}/validatord.toml")
            // Which address comes first is chance, anew at each attempt, and uploads make one each second or so. (A list that met the
            // dead one a few times in a row would be asked for minutes later.)
            try await box.play("tap reader0 \(LiveBox.unknownCard) red")
            try await box.untilDelivered()
        }
        _ = consume loss
    }

    @Test("connections are kept and used again")
    func keptAlive() async throws {
        let platform = try ScriptedPlatform()
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            _ = try await platform.heartbeats(3)
            #expect(platform.connectionCount <= 4)
        }
    }
}
