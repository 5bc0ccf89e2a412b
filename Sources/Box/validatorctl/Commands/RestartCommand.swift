import ArgumentParser
import JSON

struct RestartCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Ends validatord in good order; the service manager starts it again.")
    @OptionGroup var options: ControlOptions

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        show(try connection.request("restart")) { _ in "validatord restarts; validatorctl status tells when it is back" }
    }
}
