import Base
import Foundation
import HubServices
import HubStoreSQLite
import JSON
import TestSupport
import Testing

@testable import validator_hub

@Suite("The packaged nginx site", .enabled(if: TestNginx.isInstalled))
struct NginxTests {
    private func run(
        adapt: @escaping (inout String) -> Void = { _ in }, _ body: (TestNginx, TestHub) async throws -> Void
    ) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let nginx = try await TestNginx(hubPort: hub.port, adapt: adapt)
            do {
                try await body(nginx, hub)
            } catch {
                await nginx.stop()
                throw error
            }
            await nginx.stop()
        }
    }

    private func post(_ nginx: TestNginx, _ call: String, _ body: String, _ arguments: String...) async throws -> TestNginx.Answer
    {
        let options = ["--header", "Content-Type: application/json", "--data-binary", body]
        return try await nginx.curl(list: options + arguments + ["\(nginx.url)/api/\(call)"])
    }

    @Test("brings calls to the hub over HTTP/2, and HTTP/1.1")
    func calls() async throws {
        try await run { nginx, _ async throws in
            let body = #"{"req_id":"1","device_id":"VLD1","app_id":""}"#
            for version in ["2", "1.1"] {
                let answer = try await post(nginx, "get_token", body, "--http\(version)")
                #expect(answer.status == 200 && answer.version == version)
                #expect(answer.body.contains("\"ret_code\""))
            }
        }
    }

    @Test("names the box to the hub by its certificate, and lets nobody forge that name")
    func clientNames() async throws {
        try await run { nginx, _ async throws in
            func name(_ arguments: [String]) async throws -> String? {
                let answer = try await nginx.curl(list: arguments + ["\(nginx.url)/readyz"])
                #expect(answer.status == 200)
                return answer.headers["x-client-name"]
            }
            let forged = ["--header", "X-Client-Name: VLD9", "--header", "X_Client_Name: VLD9"]
            #expect(try await name([]) == nil)
            #expect(try await name(forged) == nil)
            #expect(try await name(nginx.identity("box")) == "VLD1")
            #expect(try await name(nginx.identity("box") + forged) == "VLD1")
            #expect(try await name(nginx.identity("tricky")) == "VLD3")
            #expect(try await nginx.curl(list: nginx.identity("foreign") + ["\(nginx.url)/readyz"]).status == 400)
        }
    }

    @Test("tells the hub which name and port the box has called, to go on with after its enrolment")
    func called() async throws {
        try await run { nginx, hub async throws in
            let store = try HubStoreSQLite(path: hub.configuration.databasePath)
            let now = WallTime(seconds: Int64(Date.now.timeIntervalSince1970))
            let code = try await EnrolmentDesk(store, policy: hub.configuration.policy) { _ in }.issueCode(for: "VLD1", at: now)
            let body = "{\"device_id\":\"VLD1\",\"code\":\"\(code)\"}"
            let answer = try await nginx.curl("--data-binary", body, "\(nginx.url)/manage/v1/enrol")
            #expect(answer.status == 200)
            #expect(try JSONValue(parsing: Array(answer.body.utf8))["base_url"]?.string == "\(nginx.url)/api")
        }
    }

    @Test("refuses what is too large, plain HTTP and old TLS")
    func refusals() async throws {
        try await run { nginx, _ async throws in
            let large = nginx.file("large")
            try Data(repeating: 0x20, count: 70_000).write(to: URL(filePath: large))
            #expect(try await post(nginx, "card_check", "@\(large)").status == 413)
            let plain = try await nginx.curl("http://127.0.0.1:\(nginx.plainPort)/api/get_token?a=b")
            #expect(plain.status == 308 && plain.headers["location"] == "https://127.0.0.1/api/get_token?a=b")
            #expect(try await nginx.curl("--tls-max", "1.1", "\(nginx.url)/healthz").status == 0)
            #expect(try await nginx.curl("\(nginx.url)/healthz").status == 200)
        }
    }

    @Test("slows down whoever asks without end")
    func limits() async throws {
        try await run(adapt: {
            $0.replace("rate=200r/s", with: "rate=1r/m")
            $0.replace("burst=1000", with: "burst=2")
        }) { nginx, _ async throws in
            var statuses: [Int] = []
            for _ in 0..<5 { statuses.append(try await nginx.curl("\(nginx.url)/readyz").status) }
            #expect(statuses == [200, 200, 200, 429, 429])
            // Somebody with a certificate is counted by himself.
            #expect(try await nginx.curl(list: nginx.identity("box") + ["\(nginx.url)/readyz"]).status == 200)
        }
    }

    @Test("shows metrics to whom the operator allows alone")
    func metrics() async throws {
        try await run(adapt: { $0.replace("allow 127.0.0.1;", with: "allow 127.0.0.2;") }) { nginx, _ async throws in
            #expect(try await nginx.curl("\(nginx.url)/metrics").status == 403)
            let allowed = try await nginx.curl("--interface", "127.0.0.2", "\(nginx.url)/metrics")
            #expect(allowed.status == 200 && allowed.body.contains("validator_hub_build_info"))
        }
    }

    @Test("passes validator-hub check, and one that is wrong does not")
    func check() async throws {
        func items(_ nginx: TestNginx, _ hub: TestHub, _ folder: borrowing TemporaryFolder) async throws -> [String: CheckItem
            .Outcome]
        {
            let configuration = try folder.write(
                "hub.toml",
                "[server]\nlisten = \"127.0.0.1:\(hub.port)\"\n[database]\npath = \"\(hub.configuration.databasePath)\"\n")
            let checks = InstallationChecks(
                path: configuration, url: nginx.url, authorities: nginx.file("authority.pem"),
                now: .init(seconds: Int64(Date.now.timeIntervalSince1970)))
            return Dictionary(
                try await elsewhere { checks.run() }.get().map { ($0.name, $0.outcome) }, uniquingKeysWith: { first, _ in first })
        }
        let good: [String] = [
            "configuration", "files", "database", "server", "clock", "certificate", "http2", "proxy_readyz", "proxy_clock",
            "call",
            "client_name",
        ]
        let folder = TemporaryFolder()
        try await run { nginx, hub async throws in
            let found = try await items(nginx, hub, folder)
            for name in good { #expect(found[name] == .good, "\(name)") }
            #expect(found["metrics"] == .skipped)
        }
        try await run(adapt: {
            $0.replace("ssl http2", with: "ssl")
            $0.replace("X-Client-Name $validator_client_name", with: "X-Client-Name $http_x_client_name")
        }) { nginx, hub async throws in
            let found = try await items(nginx, hub, folder)
            #expect(found["http2"] == .wrong && found["client_name"] == .wrong && found["call"] == .good)
        }
        try await run { nginx, hub async throws in
            let configuration = try folder.write("hub.toml", "[server]\nlisten = \"127.0.0.1:\(hub.port)\"\n")
            let checks = InstallationChecks(path: configuration, url: nginx.url, authorities: nil, now: .init(seconds: 0))
            let untrusting = try await elsewhere { checks.run() }.get()
            #expect(untrusting.first { $0.name == "certificate" }?.outcome == .wrong)
        }
    }
}
