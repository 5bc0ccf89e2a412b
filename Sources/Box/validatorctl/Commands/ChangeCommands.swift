import ArgumentParser
import JSON

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
        let result = try connection.request("set", ["key": .string(key), "value": .string(value)])
        show(result) { _ in "\(key) = \(value) until validatord restarts; to keep it, edit the configuration file" }
    }
}

struct SyncCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Fetches lists and keys from the platform now.",
        discussion: "Without a target, all three.")

    enum Target: String, ExpressibleByArgument, CaseIterable { case cards, line, keys }

    @OptionGroup var options: ControlOptions

    @Argument(help: "cards, line or keys.")
    var target: Target?

    @Flag(help: "The whole list, not just what is new.")
    var full = false

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        var arguments: JSONObject = ["full": .bool(full)]
        if let target { arguments["target"] = .string(target.rawValue) }
        show(try connection.request("sync", arguments)) { _ in "asked for; validatorctl lists and keys show what came of it" }
    }
}
