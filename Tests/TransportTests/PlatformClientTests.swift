import Base
import Fares
import Foundation
import Kernel
import PlatformAPI
import Testing
import Transport

@MainActor struct PlatformClientTests {
    private let server: TestServer
    private let http: HTTPClient

    init() async throws {
        server = try await TestServer.shared.value
        http = HTTPClient(epoll: try InnerEpoll())
    }

    /// A platform that behaves as `path` says, and what came of one call to it.
    private func exchange(
        _ path: String, _ content: PlatformRequest.Content, of server: TestServer? = nil, timeout: Duration = .seconds(20),
        connect: Duration = .seconds(20), authorization: String? = nil
    ) async -> Result<PlatformReply, ExchangeFailure> {
        let port = (server ?? self.server).port
        let format = WireFormat(baseURL: "http://127.0.0.1:\(port)/\(path)", deviceID: "VLD0001", softwareVersion: 10000)
        let request = PlatformRequest(requestID: UniqueID(high: 1, low: 2), content: content, timeout: timeout)
        let (outcomes, continuation) = AsyncStream.makeStream(of: Result<PlatformReply, ExchangeFailure>.self)
        let client = PlatformClient(format: format, http: http, connectTimeout: connect, stall: .seconds(20)) { id, outcome in
            #expect(id == ExchangeID(number: 5))
            continuation.yield(outcome)
        }
        client.authorization = authorization
        client.send(ExchangeID(number: 5), request)
        var iterator = outcomes.makeAsyncIterator()
        let outcome = await iterator.next() ?? .failure(ExchangeFailure(.connection, "no outcome"))
        return withExtendedLifetime(client) { outcome }
    }

    private func failure(_ outcome: Result<PlatformReply, ExchangeFailure>) throws -> ExchangeFailure {
        try #require(throws: ExchangeFailure.self) { try outcome.get() }
    }

    private let card = Subject.card(CardNumber("00065537")!)
    private let time = WallTime(seconds: 1_700_000_000)
    private func check(_ mode: CheckMode) -> PlatformRequest.Content { .check(card, mode, position: nil, time: time) }
    private func cards() -> PlatformRequest.Content { .fullCardList(token: "secret", enterpriseID: nil) }

    @Test("a request goes to its call, and its reply comes back, refusals included")
    func reflect() async throws {
        let outcome = await exchange("reflect", .log(card, status: 2, position: nil, time: time))
        guard case .log(let verdict) = try outcome.get() else { return #expect(Bool(false), "not a log's reply") }
        #expect(verdict.code == 3)
        #expect(verdict.message.hasPrefix("card_check_log {"))
        #expect(verdict.message.contains("00000000-0000-0001-0000-000000000002"))
    }

    @Test("a list of 5,000 cards arrives whole")
    func list() async throws {
        guard case .list(let reply) = try await exchange("list/5000", cards()).get() else {
            return #expect(Bool(false), "not a list's reply")
        }
        #expect(reply.version == "42")
        #expect(reply.entries?.count == 5_000)
    }

    @Test("a list that is cut off is no list")
    func cutList() async throws {
        let failure = try failure(await exchange("cut-list/5000", cards()))
        #expect(failure.kind == .connection)
    }

    @Test("a reply that is no JSON is told from a bad connection, and ends the exchange at once")
    func notJSON() async throws {
        let failure = try failure(await exchange("chunked/100000", cards()))
        #expect(failure.kind == .undecodable)
        #expect(failure.text.contains("get_card_list: reply is not JSON"))
    }

    @Test("a reply that lacks a field names it")
    func missingField() async throws {
        let failure = try failure(await exchange("json/%7B%22ret_msg%22%3A%22%22%7D", check(.online)))
        #expect(failure.kind == .undecodable)
        #expect(failure.text.contains("ret_code is missing"))
    }

    @Test(
        "an HTTP status other than 2xx says where to look, and what it asks for",
        arguments: [
            (401, "platform.token"), (404, "platform.base_url"), (500, "operator"),
        ])
    func status(code: Int, advice: String) async throws {
        let failure = try failure(await exchange("status/\(code)", check(.online)))
        #expect(failure.kind == .status)
        #expect(failure.text.hasPrefix("card_check: HTTP status \(code); "))
        #expect(failure.text.contains(advice))
        #expect(failure.status == code && failure.isOutage == (code >= 500) && failure.retryAfter == nil)
    }

    @Test("a platform that asks for a pause is heard")
    func retryAfter() async throws {
        let failure = try failure(await exchange("busy/120", check(.offline)))
        #expect(failure.status == 503 && failure.retryAfter == .seconds(120))
    }

    @Test("any status 2xx with a reply is one", arguments: [200, 201, 202, 203])
    func created(status: Int) async throws {
        for content in [check(.online), check(.offline), .log(card, status: 0, position: nil, time: time)] {
            guard case .success(let reply) = await exchange("refuse/\(status)-0", content) else {
                return #expect(Bool(false), "no reply")
            }
            #expect(reply.verdict?.code == 0)
        }
    }

    @Test("a refusal under a status 4xx is one for an upload; a rider does not wait for it to be understood")
    func refusalByStatus() async throws {
        for content in [check(.offline), .log(card, status: 0, position: nil, time: time)] {
            #expect(try await exchange("refuse/400-1004", content).get().verdict?.code == 1004)
            // An error of the server's is none of the record's, and what claims success under an error is neither.
            #expect(try failure(await exchange("refuse/500-1004", content)).status == 500)
            #expect(try failure(await exchange("refuse/404-0", content)).status == 404)
            #expect(try failure(await exchange("status/404", content)).status == 404)
        }
        #expect(try failure(await exchange("refuse/400-1004", check(.online))).status == 400)
        #expect(try failure(await exchange("refuse/401-1004", cards())).status == 401)
    }

    @Test("each call carries the box's own secret, where it has one", arguments: ["the-secret-of-the-box", nil])
    func authorization(secret: String?) async throws {
        let contents: [PlatformRequest.Content] = [
            check(.online), check(.offline), .log(card, status: 2, position: nil, time: time), cards(), .keys(token: "t"), .token,
        ]
        for content in contents {
            let failure = try failure(await exchange("unless-bearer/other", content, authorization: secret))
            #expect(failure.status == 401)
            guard let secret else { continue }
            let outcome = await exchange("unless-bearer/\(secret)", content, authorization: secret)
            if case .failure(let failure) = outcome { #expect(failure.status != 401, "\(content)") }
            #expect(!failure.text.contains(secret))
        }
    }

    @Test(
        "a platform that does not know the box has refused no record: it waits until the box is known",
        arguments: ["secret", nil])
    func unknownCaller(secret: String?) async throws {
        for content in [check(.offline), .log(card, status: 0, position: nil, time: time)] {
            let failure = try failure(await exchange("refuse/401-2004", content, authorization: secret))
            #expect(failure.status == 401 && failure.text.contains("enrol"))
            #expect(try await exchange("refuse/403-2003", content, authorization: secret).get().verdict?.code == 2003)
        }
    }

    @Test("a coding of the content that is none does not matter for short replies, and for a list from the second try on")
    func oddCoding() async throws {
        #expect(try await exchange("odd-coding", check(.online)).get().verdict?.code == 0)
        #expect(try failure(await exchange("odd-coding", cards())).kind == .undecodable)
        guard case .list(let list) = try await exchange("odd-coding", cards()).get() else {
            return #expect(Bool(false), "no list")
        }
        #expect(list.version == "7")
    }

    @Test("a list may let its first byte wait, but not its connection")
    func slowList() async throws {
        guard case .list(let list) = try await exchange("late-list/1500", cards(), connect: .milliseconds(1000)).get() else {
            return #expect(Bool(false), "no list")
        }
        #expect(list.version == "7")
        let full = try await TestServer.start(["--full"])
        let failure = try failure(await exchange("list/1", cards(), of: full, connect: .milliseconds(300)))
        #expect(failure.kind == .timeout && failure.text.contains("no connection in 300 ms"))
    }

    @Test("an online check gets its timeout for everything, a rider waits")
    func onlineCheck() async throws {
        let failure = try failure(await exchange("drip-json/1000", check(.online), timeout: .seconds(10)))
        #expect(failure.kind == .timeout)
        #expect(failure.text.contains("no complete reply in 10 s"))
    }

    @Test("an upload may take longer while its reply flows")
    func slowUpload() async throws {
        guard
            case .check(let reply) = try await exchange("drip-json/250", check(.offline), timeout: .seconds(8)).get()
        else { return #expect(Bool(false), "not a check's reply") }
        #expect(reply.soundNumber == 7)
    }

    @Test("the platform's certificate is kept from the exchange that made the connection")
    func certificate() async throws {
        let certificates = try await TestCertificates.shared.value
        let server = try await TestServer.start([
            "--certificate", certificates.file("server"), "--key", certificates.key("server"),
        ])
        let host = "127.0.0.1:\(server.port)"
        let (outcomes, continuation) = AsyncStream.makeStream(of: Void.self)
        let client = PlatformClient(
            format: WireFormat(baseURL: "https://\(host)/reflect", deviceID: "VLD0001", softwareVersion: 10000),
            http: HTTPClient(tls: TLSFiles(authorities: certificates.file("authority")), epoll: try InnerEpoll()),
            stall: .seconds(20)
        ) { _, _ in continuation.yield() }
        #expect(client.certificate == nil)
        var iterator = outcomes.makeAsyncIterator()
        for number in 0..<UInt64(2) {
            client.send(
                ExchangeID(number: number),
                PlatformRequest(requestID: UniqueID(high: 1, low: number), content: check(.offline), timeout: .seconds(20)))
            await iterator.next()
            #expect(client.certificate?.host == host)
            #expect(client.certificate?.pem.hasPrefix("-----BEGIN CERTIFICATE-----") == true)
        }
    }

    @Test("each of many exchanges, good and bad at once, is answered once")
    func exactlyOnce() async throws {
        let format = WireFormat(baseURL: "http://127.0.0.1:\(server.port)/reset", deviceID: "VLD0001", softwareVersion: 10000)
        var working = format
        working.baseURL = "http://127.0.0.1:\(server.port)/json/%7B%22ret_code%22%3A1%7D"
        let (outcomes, continuation) = AsyncStream.makeStream(of: (UInt64, Bool).self)
        let clients = [format, working].map { format in
            PlatformClient(format: format, http: http, stall: .seconds(20)) { id, outcome in
                continuation.yield((id.number, (try? outcome.get()) != nil))
            }
        }
        for number in 0..<UInt64(40) {
            clients[Int(number % 2)].send(
                ExchangeID(number: number),
                PlatformRequest(requestID: UniqueID(high: 1, low: number), content: check(.offline), timeout: .seconds(20)))
        }
        var seen: [UInt64: Bool] = [:]
        for await (number, succeeded) in outcomes {
            #expect(seen.updateValue(succeeded, forKey: number) == nil)
            if seen.count == 40 { break }
        }
        #expect((0..<40).allSatisfy { seen[$0] == ($0 % 2 == 1) })
    }
}
