import Base
import Glibc
import Kernel
import OperatingSystem

/// Plays a scenario: sets the stand-ins up, carries out the steps one after the other, and judges the lights.
@MainActor
final class Rig {
    /// Why the steps cannot go on.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let report: Report
    private let folder: String
    private let environment: [String]
    private let lights: LightBoard
    private var readers: [String: ReaderStandIn] = [:]
    private var scanners: [String: ScannerStandIn] = [:]
    private var receivers: [String: ReceiverStandIn] = [:]
    /// In the order of their first start; ended in the opposite one.
    private var programs: [Program] = []
    private var childEnded: SignalSource?
    private var start = Clocks.now().instant

    init(folder: String, environment: [String], report: Report) throws(SystemError) {
        self.folder = folder
        self.environment = environment
        self.report = report
        lights = try LightBoard(folder: folder)
        // The first step may be a program that has ended before anybody listens.
        childEnded = SignalSource(
            SIGCHLD, onListening: { [weak self] in self?.reap() }, onSignal: { [weak self] in self?.reap() })
    }

    /// Makes the devices that the scenario names.
    func setUp(_ scenario: Scenario) throws(SystemError) {
        for (name, model) in scenario.readers { readers[name] = ReaderStandIn(path: "\(folder)/\(name)", model: model) }
        for (name, model) in scenario.scanners { scanners[name] = ScannerStandIn(path: "\(folder)/\(name)", model: model) }
        for name in scenario.receivers { receivers[name] = ReceiverStandIn(path: "\(folder)/\(name)") }
        for name in scenario.devices { try plug(name) }
    }

    /// Carries out the steps; the first that cannot be carried out ends the run.
    func play(_ scenario: Scenario) async {
        start = Clocks.now().instant
        for line in scenario.lines {
            do {
                try await perform(line.step)
            } catch {
                report.failure(line: line.number, "\(error)")
                break
            }
        }
        reportStrayLights()
    }

    /// Ends the programs, and takes the devices away.
    func tearDown() async {
        for program in programs.reversed() { await stop(program) }
        for device in readers.values { device.unplug() }
        for device in scanners.values { device.unplug() }
        for device in receivers.values { device.unplug() }
    }

    private func perform(_ step: Step) async throws {
        switch step {
        case .at(let time): try await Task.sleep(for: max(start + time - Clocks.now().instant, .zero))
        case .wait(let time): try await Task.sleep(for: time)

        case .card(let reader, let uid): readers[reader]?.place(uid)
        case .remove(let reader): readers[reader]?.removeCard()
        case .tap(let reader, let uid, let expectation): await tap(reader, uid, expectation)
        case .scan(let scanner, let code, let subject, let expectation): try await scan(scanner, code, subject, expectation)
        case .type(let scanner, let text): try await scanners[scanner]?.type(text)
        case .noise(let reader, let bytes): readers[reader]?.noise(bytes)
        case .expect(let expectation): await judge(expectation, source: "", subject: "") { nil }

        case .unplug(let name): unplug(name)
        case .plug(let name): try plug(name)
        case .reception(let receiver, let reception): receivers[receiver]?.reception = reception

        case .start(let name, let command, let keep): try startProgram(name, command, keep: keep)
        case .stop(let name): await stop(try program(name))
        case .kill(let name, let delay): try await kill(name, after: delay)
        case .await(let name, let text, let limit):
            let program = try program(name)
            guard await program.writes(text, within: limit) else {
                throw Failure(description: "\(name) did not write \"\(text)\" in \(limit): \(describe(program))")
            }
        case .run(let command, let show): try await run(command, show: show)
        case .until(let limit, let command): try await run(command, untilItSucceeds: limit)
        case .log(let text): report.note(text)
        }
    }

    // MARK: Taps

    private func tap(_ name: String, _ uid: [UInt8], _ expectation: Expectation) async {
        guard let reader = readers[name] else { return }
        reportStrayLights()
        reader.place(uid)
        await judge(expectation, source: name, subject: hexadecimal(uid).uppercased()) { reader.told }
        reader.removeCard()
    }

    private func scan(_ name: String, _ code: [UInt8], _ subject: String, _ expectation: Expectation) async throws {
        reportStrayLights()
        try await scanners[name]?.scan(code)
        let sent = Clocks.now().instant
        await judge(expectation, source: name, subject: subject) { sent }
    }

    /// `known`: when the daemon could know of the tap.
    private func judge(_ expectation: Expectation, source: String, subject: String, known: () -> Instant?) async {
        let flash = await lights.next(within: expectation.within)
        report.outcome(
            Report.Outcome(
                source: source, subject: subject, expectation: expectation, seen: flash?.light ?? .none,
                latency: flash.flatMap { flash in known().map { flash.at - $0 } }))
    }

    private func reportStrayLights() {
        for flash in lights.takeAll() { report.stray(flash) }
    }

    // MARK: Devices

    private func plug(_ name: String) throws(SystemError) {
        try readers[name]?.plug()
        try scanners[name]?.plug()
        try receivers[name]?.plug()
    }

    private func unplug(_ name: String) {
        readers[name]?.unplug()
        scanners[name]?.unplug()
        receivers[name]?.unplug()
    }

    // MARK: Programs

    private func program(_ name: String) throws(Failure) -> Program {
        guard let program = programs.first(where: { $0.name == name }) else {
            throw Failure(description: "no program \"\(name)\" was started")
        }
        return program
    }

    private func startProgram(_ name: String, _ command: [String], keep: Bool) throws {
        let old = programs.firstIndex { $0.name == name }
        if let old, programs[old].isRunning { throw Failure(description: "\(name) runs already") }
        if command.isEmpty { return try program(name).start() }
        if let old { programs.remove(at: old) }
        let program = Program(name, command: command, environment: environment, folder: folder, isKept: keep)
        programs.append(program)
        try program.start()
    }

    private func stop(_ program: Program) async {
        if !(await program.stop()) { report.note("\(program.name) did not end by itself and was killed") }
    }

    private func kill(_ name: String, after delay: Duration) async throws {
        let program = try program(name)
        guard delay > .zero else {
            program.signal(SIGKILL)
            _ = await program.ended(within: .seconds(5))
            return
        }
        Task {
            try await Task.sleep(for: delay)
            // One that is just being started again is killed as soon as it runs.
            if await program.runs(within: .seconds(5)) { program.signal(SIGKILL) }
        }
    }

    private func run(_ command: [String], show: Bool) async throws {
        let program = try await runToEnd(command)
        if show { program.lines.forEach { report.quote($0) } }
        guard program.ending == .exited(0) else {
            throw Failure(description: "\(command.joined(separator: " ")): \(describe(program))")
        }
    }

    private func run(_ command: [String], untilItSucceeds limit: Duration) async throws {
        let deadline = Clocks.now().instant + limit
        while true {
            let program = try await runToEnd(command)
            if program.ending == .exited(0) { return }
            guard Clocks.now().instant < deadline else {
                throw Failure(description: "\(command.joined(separator: " ")) did not succeed in \(limit): \(describe(program))")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func runToEnd(_ command: [String]) async throws -> Program {
        let name = "run"
        try startProgram(name, command, keep: false)
        let program = try program(name)
        program.isQuiet = true
        if !(await program.ended(within: .seconds(60))) { await stop(program) }
        return program
    }

    private func reap() {
        for program in programs {
            guard let ending = program.reap() else { continue }
            if ending != .exited(0), !program.isQuiet { report.note("\(program.name) ended: \(ending)") }
        }
    }

    private func describe(_ program: Program) -> String {
        let state = program.ending.map { "ended with \($0)" } ?? "still runs"
        return "it \(state); its last lines:" + program.lines.suffix(5).map { "\n    \($0)" }.joined()
    }
}
