import Base
import BoxConfiguration
import Glibc
import Kernel
import Logging
import OperatingSystem
import Storage
import TomlConfiguration

/// The program's outermost layer: arguments, the configuration file, exit codes of sysexits(3).
enum Program {
    /// The identity is another box's now.
    static let handedOver: Int32 = 67
    private static let usageError: Int32 = 64
    private static let unavailable: Int32 = 69
    /// A file is damaged or the system refuses: a fresh start may help.
    static let systemError: Int32 = 71
    private static let cannotCreate: Int32 = 73

    /// The exit code. `runLoop` is called once everything is set up, and does not return.
    static func run(_ arguments: some Sequence<String>, runLoop: () -> Never) -> Int32 {
        let request: CommandLineRequest
        do {
            request = try CommandLineRequest(arguments)
        } catch {
            say("\(error)")
            return usageError
        }
        switch request {
        case .help:
            print(CommandLineRequest.usage)
            return 0
        case .version:
            print("validatord \(Release.text)")
            return 0
        case .checkConfiguration(let path):
            return withConfiguration(path, isChecking: true) { configuration in
                for exposure in configuration.exposures(in: path) { say("validatord: warning: \(exposure)") }
                return 0
            }
        case .run(let path):
            return withConfiguration(path) { start($0, from: path, runLoop: runLoop) }
        }
    }

    private static func withConfiguration(_ path: String, isChecking: Bool = false, _ work: (Configuration) -> Int32) -> Int32 {
        let configuration: Configuration
        do {
            configuration = try Configuration(path: path, isChecking: isChecking)
        } catch {
            say("\(error)")
            return error.exitCode
        }
        return work(configuration)
    }

    private static func start(_ configuration: Configuration, from path: String, runLoop: () -> Never) -> Int32 {
        ProcessMemory.shareHeap()
        SignalSource.ignoreBrokenPipes()
        // The databases hold card numbers: nobody else's business.
        umask(0o077)
        let folder = configuration.device.stateFolder
        if unsafe mkdir(folder, 0o700) != 0, errno != EEXIST {
            say("validatord: \(SystemError.last("make the folder \(folder)")); make it, or set device.state_dir")
            return cannotCreate
        }
        guard !HandoverMark.isPresent(in: folder) else {
            say(
                """
                validatord: this box's identity was handed over to another box (\(HandoverMark.path(in: folder))), beside which it \
                must not serve; if no box has taken it over: validatorctl handover --undo FOLDER-OF-THE-STICK
                """)
            return handedOver
        }
        let output = LogOutput.standardError(level: configuration.log.level)
        do {
            let daemon = try Daemon(configuration, from: path, log: output)
            for exposure in configuration.exposures(in: path) { daemon.note(Notice(.warning, exposure)) }
            daemon.start()
            // A quarter of what would stay resident: dynamic linking, configuration, libraries that set themselves up.
            ProcessMemory.releaseCode()
            return withExtendedLifetime(daemon) { runLoop() }
        } catch let error as ControlServerError {
            say("validatord: \(error)")
            return if case .inUse = error { unavailable } else { cannotCreate }
        } catch {
            say("validatord: \(error)")
            return systemError
        }
    }

    private static func say(_ text: String) {
        FileDescriptor.writeToStandardError("\(text.printableLines)\n")
    }
}
