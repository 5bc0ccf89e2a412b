import Foundation
import Testing
import ValidatorCore

@testable import Kernel

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
        let folder = try TemporaryFolder()
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

    @Test("a program that cannot be started is an error that names it")
    func missing() async throws {
        await #expect(throws: SystemError(code: ENOENT, what: "start /nowhere/uhubctl")) {
            try await run(["/nowhere/uhubctl"])
        }
    }
}
