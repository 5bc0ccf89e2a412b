import Foundation
import TestSupport
import Testing

@testable import Kernel
@testable import OperatingSystem

@Suite("Child process", .timeLimit(.minutes(5)))
struct ChildProcessTests {
    func run(_ arguments: [String], timeLimit: Duration = .seconds(60)) async throws -> ChildProcess.Ending? {
        let wakeups = Wakeups()
        var ending: ChildProcess.Ending?
        try ChildProcess.run(arguments, timeLimit: timeLimit) {
            ending = $0
            wakeups.signal()
        }
        try await wakeups.next()
        return ending
    }

    @Test("a program gets its arguments as they are, without a shell")
    func arguments() async throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/a b; $HOME"
        #expect(try await run(["/bin/mkdir", path]) == .exited(code: 0))
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test("how a program ended is told")
    func endings() async throws {
        #expect(try await run(["/bin/false"]) == .exited(code: 1))
        #expect(try await run(["/bin/sh", "-c", "kill -TERM $$"]) == .killed(signal: SIGTERM))
    }

    @Test("a program that takes too long is killed")
    func timeLimit() async throws {
        #expect(try await run(["/bin/sleep", "1000"], timeLimit: .milliseconds(50)) == .timedOut(after: .milliseconds(50)))
    }

    private func capture(_ script: String, limit: Int = 1 << 20) async throws -> (ending: ChildProcess.Ending?, output: [UInt8]) {
        let wakeups = Wakeups()
        var result: (ChildProcess.Ending?, [UInt8]) = (nil, [])
        try ChildProcess.run(["/bin/sh", "-c", script], timeLimit: .seconds(60), outputLimit: limit) {
            result = ($0, $1)
            wakeups.signal()
        }
        try await wakeups.next()
        return result
    }

    @Test("what a program writes is handed over whole, more than a pipe holds too")
    func output() async throws {
        let (ending, output) = try await capture("echo out; echo error >&2; exit 3")
        #expect(ending == .exited(code: 3) && output == Array("out\n".utf8))
        #expect(try await capture("head -c 300000 /dev/zero").output.count == 300_000)
    }

    @Test("a program that writes too much is cut off and ends by itself")
    func excess() async throws {
        let (ending, output) = try await capture("exec cat /dev/zero", limit: 1000)
        #expect(ending == .killed(signal: SIGPIPE) && output.count == 1000)
    }

    @Test("a grandchild that keeps the pipe open is not waited for")
    func grandchild() async throws {
        let (ending, output) = try await capture("sleep 5 & echo done")
        #expect(ending == .exited(code: 0) && output == Array("done\n".utf8))
    }

    @Test("a program that cannot be started is an error that names it")
    func missing() async throws {
        await #expect(throws: SystemError(code: ENOENT, what: "start /nowhere/uhubctl")) {
            try await run(["/nowhere/uhubctl"])
        }
    }
}
