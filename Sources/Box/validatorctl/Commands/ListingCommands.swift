import ArgumentParser
import ControlProtocol
import OperatingSystem

struct StatusCommand: ControlCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Everything at a glance.")
    @OptionGroup var options: ControlOptions

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        try show(.status, over: &connection, Rendering.status)
    }
}

struct ListsCommand: ControlCommand {
    static let configuration = CommandConfiguration(commandName: "lists", abstract: "The card lists that the box holds.")
    @OptionGroup var options: ControlOptions

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        try show(.lists, over: &connection, Rendering.lists)
    }
}

struct KeysCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "The ticket keys and root keys that the box holds, without the keys themselves.")
    @OptionGroup var options: ControlOptions

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        try show(.keys, over: &connection) { Rendering.keys($0, at: Clocks.now().system) }
    }
}

struct GPSCommand: ControlCommand {
    static let configuration = CommandConfiguration(commandName: "gps", abstract: "Where the bus is, as gpsd tells it.")
    @OptionGroup var options: ControlOptions

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        try show(.gps, over: &connection, Rendering.gps)
    }
}

struct PlatformCommand: ControlCommand {
    static let configuration = CommandConfiguration(commandName: "platform", abstract: "The connection to the platform.")
    @OptionGroup var options: ControlOptions

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        try show(.platform, over: &connection, Rendering.platform)
    }
}
