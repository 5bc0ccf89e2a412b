import ArgumentParser
import Base
import Glibc
import OperatingSystem

struct ConsoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console", abstract: "Menus for a technician at a serial port or any other terminal.",
        discussion: "Ends when the line goes down; a service starts it anew (validator-console@.service).")
    @OptionGroup var options: ControlOptions

    @Option(help: "en or zh; without it, what LC_ALL and LANG say.")
    var language: Language?

    @Flag(help: "One line after the other, for a terminal that cannot place its cursor (so too with TERM=dumb).")
    var plain = false

    @Option(help: "The file with the PIN's hash. Without the file no PIN is asked for.")
    var pinFile: String?

    @Flag(help: "Where no PIN is set, lock what takes data away or changes the box.")
    var requirePIN = false

    @Option(help: "The file that counts wrong PINs, so that a restart does not shorten the waiting.")
    var pinFailures: String?

    @Flag(help: "Ask for a PIN, write it to --pin-file, and end. Where standard input is no terminal, its first line is the PIN.")
    var setPIN = false

    @Option(help: "Minutes without a key after which the console ends.")
    var idleMinutes = 15

    func validate() throws {
        guard (1...1440).contains(idleMinutes) else { throw ValidationError("--idle-minutes must be from 1 to 1440") }
        guard !setPIN || pinFile != nil else { throw ValidationError("--set-pin needs --pin-file FILE") }
    }

    func run() throws {
        do throws(ControlFailure) {
            if setPIN, let pinFile {
                try PINFile.set(at: pinFile)
                PINFailures(path: pinFailures).keep(0)
                AuditTrail.tell(.pinChanged, pinFile, socket: options.socket)
            } else {
                try talk()
            }
        } catch {
            error.tell()
            throw ExitCode(error.exitCode)
        }
    }

    private func talk() throws(ControlFailure) {
        let pin = try pinFile.flatMap(PINFile.read)
        let isScreen = !plain && Self.variable("TERM") != "dumb"
        guard let terminal = Terminal(input: 0, output: 1, isScreen: isScreen) else {
            throw .badArgument(
                "the console needs a terminal; in scripts use the other commands, such as validatorctl status --json")
        }
        let access: PINAccess =
            if let pin {
                .gate(PINGate(pin, counter: PINFailures(path: pinFailures), at: Clocks.now().instant))
            } else {
                requirePIN ? .closed : .open
            }
        let session = ConsoleSession(
            terminal, socket: options.socket, language: language ?? Language(environment: { Self.variable($0) }), access: access,
            idleTime: .seconds(60 * idleMinutes))
        session.run()
    }

    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}

extension Language: ExpressibleByArgument {}
