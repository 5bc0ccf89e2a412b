import ArgumentParser
import ControlProtocol
import Glibc

struct SelfTestCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "selftest", abstract: "Tests each part of the box; exit code 1 when one has failed.",
        discussion: """
            Both lights shine at once and a prompt is played: look and listen, for the box cannot. A tap meanwhile is answered as \
            always.
            """)
    @OptionGroup var options: ControlOptions

    private static let pollMicroseconds: UInt32 = 200_000
    /// Three times as long as a test takes.
    private static let polls = 100

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        let run = try connection.ask(.startSelfTest).run
        for _ in 0..<Self.polls {
            usleep(Self.pollMicroseconds)
            guard let report = try connection.ask(.selfTestResult), report.run == run, !report.isRunning else { continue }
            let verdicts = SelfTestVerdicts(report)
            if options.json {
                Output.tell(SelfTestVerdicts.json(report))
            } else {
                Output.tell(verdicts.text(.en).joined(separator: "\n"))
            }
            // Before what is said on standard error.
            fflush(nil)
            if verdicts.hasFailure { throw .failedTest }
            return
        }
        throw .refused("the self-test does not end; see the log")
    }
}
