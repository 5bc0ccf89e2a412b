import Dispatch
import Foundation
import Glibc
import Synchronization

/// The run's folder and the programs that it has started: when the run ends, be it by an interrupt, both are gone.
enum Workplace {
    /// On the file system of the current directory, and not in /tmp, which may be memory: syncs must reach a medium.
    static let folder = FileManager.default.currentDirectoryPath + "/.build/benchmarks-\(getpid())"
    private static let programs = Mutex<Set<Int32>>([])

    /// Makes the folder. The result must be kept for as long as interrupts are to be noticed.
    static func open() throws -> [any DispatchSourceSignal] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                close()
                _exit(128 + number)
            }
            source.activate()
            return source
        }
    }

    static func close() {
        programs.withLock { programs in
            for program in programs { kill(program, SIGKILL) }
            programs = []
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    static func start(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: Pipe? = nil,
        output: Pipe? = nil, errors: String? = nil
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let input { process.standardInput = input }
        if let output { process.standardOutput = output }
        if let errors {
            _ = FileManager.default.createFile(atPath: errors, contents: nil)
            process.standardError = FileHandle(forWritingAtPath: errors)
        }
        try process.run()
        programs.withLock { _ = $0.insert(process.processIdentifier) }
        return process
    }

    static func wait(for process: Process) {
        process.waitUntilExit()
        programs.withLock { _ = $0.remove(process.processIdentifier) }
    }
}

/// Why nothing was measured.
struct BenchmarkError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
