import ArgumentParser
import ControlProtocol

struct RestartCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Ends validatord in good order; the service manager starts it again.")
    @OptionGroup var options: ControlOptions

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        try show(.restart, over: &connection) { _ in "validatord restarts; validatorctl status tells when it is back" }
    }
}
