import OperatingSystem
import Testing

@Suite("a program that is waited for")
struct ProgramRunTests {
    private func run(_ script: String, limit: Duration = .seconds(60), outputLimit: Int = 1 << 20) throws -> ProgramRun {
        try ProgramRun(["/bin/sh", "-c", script], timeLimit: limit, outputLimit: outputLimit)
    }

    @Test("tells how it ended and what it wrote, on both outputs")
    func output() throws {
        let run = try run("echo one; echo two >&2; exit 3")
        #expect(run.ending == .exited(code: 3))
        #expect(String(decoding: run.output, as: UTF8.self) == "one\ntwo\n")
        #expect(try self.run("kill -TERM $$").ending == .killed(signal: 15))
    }

    @Test("is killed at its time limit, with what it has written until then")
    func timeLimit() throws {
        let run = try run("echo begun; exec sleep 600", limit: .milliseconds(500))
        #expect(run.ending == .timedOut)
    }

    @Test("may write more than is kept, or close its outputs and go on")
    func muchOutput() throws {
        let run = try run("head -c 300000 /dev/zero; exit 0", outputLimit: 1000)
        #expect(run.output.count == 1000 && run.ending == .exited(code: 0))
        #expect(try self.run("exec >&- 2>&-; sleep 0.1; exit 4").ending == .exited(code: 4))
    }

    @Test("does not wait for a program of its own that outlives it")
    func grandchild() throws {
        let run = try run("sleep 600 & echo $!")
        #expect(run.ending == .exited(code: 0))
        let process = String(decoding: run.output, as: UTF8.self).filter(\.isNumber)
        _ = try self.run("kill -KILL \(process)")
    }

    @Test("that is not there is an error")
    func missing() {
        #expect(throws: SystemError.self) { try ProgramRun(["/nowhere/program"], timeLimit: .seconds(1), outputLimit: 10) }
    }
}
