import ArgumentParser
import ControlProtocol
import Fares

struct SetCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Changes a setting until validatord restarts.",
        discussion: "The keys are those of the configuration file, such as gps.report_interval_s.")
    @OptionGroup var options: ControlOptions

    @Argument(help: "gps.report_interval_s, indicators.volume_percent or log.level.")
    var key: String

    @Argument(help: "The new value.")
    var value: String

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        try show(.set(key: key, value: value), over: &connection) { _ in
            "\(key) = \(value) until validatord restarts; to keep it, edit the configuration file"
        }
    }
}

struct SyncCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Fetches lists and keys from the platform now.",
        discussion: "Without a target, all three.")

    @OptionGroup var options: ControlOptions

    @Argument(help: "cards, line or keys.")
    var target: DownloadTarget?

    @Flag(help: "The whole list, not just what is new.")
    var full = false

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        try show(.synchronise(target, full: full), over: &connection) { _ in
            "asked for; validatorctl lists and keys show what came of it"
        }
    }
}

extension DownloadTarget: ExpressibleByArgument {}
