import TestSupport
import Testing

@testable import HubDomain
@testable import validator_hub

@Suite("Of HTTP, the hub knows")
struct HTTPMannersTests {
    private static let body = Array("device_id=V&card_id=AA&time=260803074500".utf8)
    private static let head = "POST /api/card_check_log HTTP/1.1\r\nHost: hub\r\n"

    @Test("that a client waits for the word to go on", arguments: ["100-continue", "100-Continue"])
    func goesOn(expectation: String) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let reply = try await RawConnection.run(port: hub.port) { connection in
                let head = Self.head + "Expect: \(expectation)\r\nConnection: close\r\nContent-Length: \(Self.body.count)\r\n\r\n"
                try connection.send(Array(head.utf8))
                #expect(try connection.readHead() == "HTTP/1.1 100 Continue\r\n\r\n")
                try connection.send(Self.body)
                return try RawConnection.parse(connection.readToEnd())
            }
            #expect(reply.status == 200 && reply.code == 0)
            #expect(try hub.records().count == 1)
        }
    }

    @Test("that who waits with a body which is too long waits for the refusal, and then for nothing")
    func refuses() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let reply = try await RawConnection.run(port: hub.port) { connection in
                try connection.send(Array((Self.head + "Expect: 100-continue\r\nContent-Length: 65537\r\n\r\n").utf8))
                return try RawConnection.parse(connection.readToEnd())
            }
            #expect(reply.status == 413 && reply.code == ReturnCode.bodyTooLarge.rawValue)
        }
    }

    @Test(
        "when a connection ends with the answer",
        arguments: [
            ("HTTP/1.0", "", "close"), ("HTTP/1.0", "Connection: close\r\n", "close"),
            ("HTTP/1.1", "Connection: close\r\n", "close"),
            ("HTTP/1.1", "Connection: Close\r\n", "close"), ("HTTP/1.1", "connection: TE, close\r\n", "close"),
        ])
    func closes(version: String, header: String, connection word: String) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let answer = try await RawConnection.run(port: hub.port) { connection in
                try connection.send(Array("GET /healthz \(version)\r\nHost: hub\r\n\(header)\r\n".utf8))
                return String(decoding: try connection.readToEnd(), as: UTF8.self)
            }
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("\r\n\r\nok\n"))
            #expect(answer.lowercased().contains("\r\nconnection: \(word)\r\n"))
        }
    }

    @Test(
        "when it stays",
        arguments: ["HTTP/1.1\r\nHost: hub", "HTTP/1.0\r\nConnection: keep-alive", "HTTP/1.0\r\nConnection: Keep-Alive"])
    func stays(rest: String) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let heads = try await RawConnection.run(port: hub.port) { connection in
                try (0..<3).map { _ in
                    try connection.send(Array("GET /healthz \(rest)\r\n\r\n".utf8))
                    let head = try connection.readHead()
                    _ = try connection.read(exactly: 3)
                    return head.lowercased()
                }
            }
            #expect(heads.allSatisfy { $0.hasPrefix("http/1.1 200 ok") })
            #expect(heads.allSatisfy { $0.contains("\r\nconnection: keep-alive\r\n") == rest.hasPrefix("HTTP/1.0") })
        }
    }
}
