import Base
import Glibc
import Kernel
import OperatingSystem

/// One run of the program, from the scenario's text to the exit code.
@MainActor
final class Session {
    private static let scenarioLimit = 1 << 20

    private let rig: Rig
    private var scenario: Scenario
    private let variables: [String: String]
    private var interrupt: SignalSource?
    private var termination: SignalSource?
    private var input: ReadSource?
    private var typed: [UInt8] = []

    /// The exit code. Mistakes are told on standard error.
    static func run(scenario path: String, directory: String, json: String?, staysUp: Bool) async -> Int32 {
        SignalSource.ignoreBrokenPipes()
        do {
            let text = String(decoding: try SmallFile.read(path, limit: scenarioLimit), as: UTF8.self)
            let session = try Session(text: text, directory: directory, json: json)
            return try await session.run(staysUp: staysUp)
        } catch let error as ScenarioMistakes {
            complain("\(path):\n\(error)")
            return EX_DATAERR
        } catch let error as SystemError where error.what.hasSuffix(path) {
            complain("\(error)")
            return EX_NOINPUT
        } catch {
            complain("\(error)")
            return EX_OSERR
        }
    }

    private init(text: String, directory: String, json: String?) throws {
        let folder = try Files.absolute(directory)
        let environment = try SmallFile.read("/proc/self/environ", limit: 4 << 20)
            .split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        var variables: [String: String] = [:]
        for entry in environment {
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            variables[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
        }
        variables["DIR"] = folder
        self.variables = variables
        scenario = try Scenario(text: text, variables: variables)
        rig = try Rig(folder: folder, environment: environment, report: try Report(jsonPath: json))
    }

    private func run(staysUp: Bool) async throws -> Int32 {
        interrupt = SignalSource(SIGINT) { [weak self] in self?.end(by: SIGINT) }
        termination = SignalSource(SIGTERM) { [weak self] in self?.end(by: SIGTERM) }
        try rig.setUp(scenario)
        await rig.play(scenario)
        rig.report.summary()
        if staysUp { try await takeSteps() }
        await rig.tearDown()
        return rig.report.failureCount == 0 ? 0 : 1
    }

    private func end(by signal: Int32) {
        Task {
            await rig.tearDown()
            exit(128 + signal)
        }
    }

    /// Plays what is typed, line by line, until a signal ends the program.
    private func takeSteps() async throws {
        let copy = fcntl(0, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw SystemError.last("standard input") }
        let (lines, continuation) = AsyncStream.makeStream(of: Substring.self)
        input = ReadSource(owning: FileDescriptor(owning: copy)) { [weak self] in self?.receive { continuation.yield($0) } }
        var number = 0
        for await line in lines {
            number += 1
            do throws(ScenarioMistake) {
                scenario.lines = []
                try scenario.add(line, number: number, variables: variables)
                await rig.play(scenario)
            } catch {
                Self.complain(error.text)
            }
        }
    }

    private func receive(_ onLine: (Substring) -> Void) {
        guard case .bytes(let bytes) = input?.read(atMost: 4096) else {
            input = nil
            return
        }
        typed += bytes
        while let end = typed.firstIndex(of: UInt8(ascii: "\n")) {
            onLine(Substring(decoding: typed[..<end], as: UTF8.self))
            typed.removeSubrange(...end)
        }
    }

    private static func complain(_ text: String) {
        FileDescriptor.writeToStandardError("validator-rig: \(text.printableLines)\n")
    }
}
