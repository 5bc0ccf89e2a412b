import CLinux
import Glibc
import Kernel
import TestSupport
import Testing

@testable import validatord

@Suite("the control socket", .timeLimit(.minutes(5)))
struct ControlServerTests {
    private let folder: TemporaryFolder
    private let path: String
    private let epoll: InnerEpoll

    init() throws {
        SignalSource.ignoreBrokenPipes()
        folder = TemporaryFolder()
        path = "\(folder.path)/run/control.sock"
        epoll = try InnerEpoll()
    }

    /// A server that sends each request back.
    private func echo() throws -> ControlServer {
        try ControlServer(path: path, epoll: epoll) { line, _ in line + [UInt8(ascii: "\n")] }
    }

    @Test("makes its folder and a socket for its owner and his group, and removes the socket at the end")
    func permissions() throws {
        let server = try echo()
        var status = stat()
        #expect(unsafe lstat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o660)
        #expect(status.st_mode & S_IFMT == S_IFSOCK)
        server.stop()
        #expect(unsafe lstat(path, &status) == -1)
    }

    @Test("answers each line with a line, in order, however the bytes arrive")
    func lines() async throws {
        let server = try echo()
        let path = path
        let answers = try await SocketClient.run {
            let client = try SocketClient(path)
            client.send("one\ntwo\r\n\nthr")
            let first = client.lines(2)
            client.send("ee\n")
            return first + client.lines(1)
        }
        #expect(answers == ["one", "two", "three"])
        server.stop()
    }

    @Test("a last line without its end is answered, and then the connection ends")
    func unfinishedLine() async throws {
        let server = try echo()
        let path = path
        let answers = try await SocketClient.run {
            let client = try SocketClient(path)
            client.send("one\nhalf")
            client.finishSending()
            return client.lines(3)
        }
        #expect(answers == ["one", "half"])
        server.stop()
    }

    @Test("a client that leaves in the middle of a line disturbs nobody")
    func halfLine() async throws {
        let server = try echo()
        let path = path
        let answer = try await SocketClient.run {
            for _ in 0..<50 {
                let client = try SocketClient(path)
                client.send("{\"comm")
            }
            let client = try SocketClient(path)
            client.send("hello\n")
            return client.lines(1)
        }
        #expect(answer == ["hello"])
        #expect(server.clientCount <= ControlServer.maximumClients)
        server.stop()
    }

    @Test("a line that is too long is told so, and the connection ends")
    func longLine() async throws {
        let server = try echo()
        let path = path
        let answers = try await SocketClient.run {
            let client = try SocketClient(path)
            _ = client.send([UInt8](repeating: UInt8(ascii: "x"), count: 70_000))
            return client.lines(2)
        }
        #expect(
            answers == [#"{"ok":false,"error":{"code":"bad_request","text":"a request is one line of at most 65536 bytes"}}"#])
        server.stop()
    }

    @Test("a client that asks and never reads is cut off, and others are served meanwhile")
    func neverReads() async throws {
        let answer = [UInt8](repeating: UInt8(ascii: "a"), count: 4096) + [UInt8(ascii: "\n")]
        let server = try ControlServer(path: path, epoll: epoll) { line, _ in
            line == [UInt8(ascii: "?")] ? answer : line + [UInt8(ascii: "\n")]
        }
        let path = path
        let (sent, other) = try await SocketClient.run {
            let deaf = try SocketClient(path)
            let other = try SocketClient(path)
            var sent = 0
            // Far more than the socket's buffer and the server's bound hold.
            while sent < 100_000, deaf.send("?\n") { sent += 1 }
            other.send("hello\n")
            return (sent, other.lines(1))
        }
        #expect(sent < 100_000)
        #expect(other == ["hello"])
        server.stop()
    }

    @Test("thousands of requests at once leave room for another client's")
    func flood() async throws {
        let server = try echo()
        let path = path
        let turns = try await SocketClient.run {
            let flood = try SocketClient(path)
            let other = try SocketClient(path)
            _ = flood.send(Array(repeating: Array("x\n".utf8), count: 5_000).flatMap(\.self))
            other.send("hello\n")
            return (other.lines(1), flood.lines(5_000).count)
        }
        #expect(turns.0 == ["hello"])
        #expect(turns.1 == 5_000)
        server.stop()
    }

    @Test("when all places are taken, the client that was silent longest makes room")
    func fullHouse() async throws {
        let server = try echo()
        let (path, maximum) = (path, ControlServer.maximumClients)
        let answers = try await SocketClient.run {
            let first = try SocketClient(path)
            let second = try SocketClient(path)
            second.send("second\n")
            first.send("first\n")
            var answers = first.lines(1) + second.lines(1)
            var others: [CInt] = []
            for _ in 0..<maximum - 1 { others.append(unsafe clinux_unix_connect(path)) }
            defer { for other in others { close(other) } }
            let last = try SocketClient(path)
            last.send("last\n")
            answers += last.lines(1)
            return answers
        }
        #expect(answers == ["first", "second", "last"])
        #expect(server.clientCount <= ControlServer.maximumClients)
        server.stop()
    }

    @Test("the socket of a daemon that was killed is replaced")
    func stale() async throws {
        unsafe mkdir("\(folder.path)/run", 0o755)
        close(unsafe clinux_unix_listen(path, 0o660, 1))
        let server = try echo()
        let path = path
        let answer = try await SocketClient.run {
            let client = try SocketClient(path)
            client.send("hello\n")
            return client.lines(1)
        }
        #expect(answer == ["hello"])
        server.stop()
    }

    @Test("the socket of a daemon that lives is left alone")
    func live() throws {
        let server = try echo()
        #expect {
            try ControlServer(path: path, epoll: epoll) { line, _ in line }
        } throws: { "\($0)".contains("another validatord answers on \(path)") }
        #expect(unsafe clinux_is_socket(path) == 1)
        server.stop()
    }

    @Test("a file that is no socket is never removed")
    func notASocket() throws {
        let file = try folder.write("control.sock", "precious")
        #expect {
            try ControlServer(path: file, epoll: epoll) { line, _ in line }
        } throws: { "\($0)".contains("is no socket of ours") }
        #expect(unsafe access(file, F_OK) == 0)
    }

    @Test("a folder that cannot be made is named")
    func noFolder() {
        #expect {
            try ControlServer(path: "/proc/nowhere/control.sock", epoll: epoll) { line, _ in line }
        } throws: { "\($0)".contains("/proc/nowhere") }
    }
}
