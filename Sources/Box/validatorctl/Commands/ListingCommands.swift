import ArgumentParser
import JSON

struct StatusCommand: ControlCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Everything at a glance.")
    @OptionGroup var options: ControlOptions

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        show(try connection.request("status"), Rendering.status)
    }
}

struct ListsCommand: ControlCommand {
    static let configuration = CommandConfiguration(commandName: "lists", abstract: "The card lists that the box holds.")
    @OptionGroup var options: ControlOptions

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        show(try connection.request("lists"), Rendering.lists)
    }
}

struct KeysCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "The ticket keys that the box holds, without the keys themselves.")
    @OptionGroup var options: ControlOptions

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        show(try connection.request("keys"), Rendering.keys)
    }
}

struct GPSCommand: ControlCommand {
    static let configuration = CommandConfiguration(commandName: "gps", abstract: "Where the bus is, as gpsd tells it.")
    @OptionGroup var options: ControlOptions

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        show(try connection.request("gps"), Rendering.gps)
    }
}

struct PlatformCommand: ControlCommand {
    static let configuration = CommandConfiguration(commandName: "platform", abstract: "The connection to the platform.")
    @OptionGroup var options: ControlOptions

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        show(try connection.request("platform"), Rendering.platform)
    }
}
