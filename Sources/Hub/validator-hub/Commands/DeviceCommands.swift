import ArgumentParser
import Base
import HubDomain
import HubServices

struct AddDevice: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "Register a device, and make a secret of its own for it.",
        discussion: """
            Needed for each device where devices.auto_register is false. The secret is shown once: it goes into the box's provisioning file \
            (platform_secret) or its platform.token.secret_file. The fleet's secret (tokens.secret_file) does not count for that device.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var output: SecretOutput
    @Argument(help: "The device_id: \(DeviceService.deviceIDRule).") var id: String
    @Flag(help: "Make no secret: for a device with a token of its own, or one that has the fleet's secret.") var withoutSecret =
        false

    func run(_ configuration: HubConfiguration, _ database: HubDatabase, now: WallTime) throws {
        guard DeviceService.isDeviceID(id) else { throw CommandFailure(.usage, "the id must be \(DeviceService.deviceIDRule)") }
        let secret = withoutSecret ? nil : SecretOutput.newSecret()
        try database.transaction {
            guard try database.devices.find(id) == nil else { throw CommandFailure(.usage, "\(id) is registered already") }
            _ = try database.devices.insert(id, at: now)
            if let secret {
                try database.devices.setSecret(Array(secret.utf8), of: id)
                try output.give(secret)
            }
        }
        try Terminal.print("\(id) is registered")
    }

    func validate() throws {
        if withoutSecret { try output.refuseFile(with: "--without-secret") }
    }
}

struct SetMode: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "Set how the heartbeats of one device are answered.",
        discussion: """
            \(DeviceSetting.allCases.map(\.rawValue).joined(separator: ", ")). \
            check_mode and check_card_mode: 0 online, 1 offline; window: HH:MM-HH:MM or none; the other modes: 0 off, 1 on. \
            The value default takes a setting back to the configuration's. Without settings, shows those of the device.
            """)

    @OptionGroup var common: CommonOptions
    @Option(help: "The device_id.") var device: String
    @Argument(help: "KEY=VALUE, as in white_mode=0 or line=26.") var settings: [String] = []

    func run(_ configuration: HubConfiguration, _ database: HubDatabase, now: WallTime) throws {
        let changes = try settings.map(Self.change)
        let own = try database.transaction {
            guard let found = try database.devices.find(device) else {
                throw CommandFailure(.usage, "there is no device \(device): register it with validator-hub add-device \(device)")
            }
            var own = found.own
            for (setting, value) in changes {
                if setting == .line, let line = value, try database.cards.version(ofLine: line) == nil {
                    throw CommandFailure(
                        .usage, "there is no line \(line): import its cards with import-cards --line \(line) FILE")
                }
                try database.devices.set(setting, value, of: device)
                own[setting] = value
            }
            return own
        }
        for setting in DeviceSetting.allCases {
            try Terminal.print("\(setting.rawValue)=\(own[setting] ?? DeviceSetting.defaultValue)")
        }
    }

    /// A nil value is the configuration's.
    private static func change(_ text: String) throws -> (DeviceSetting, String?) {
        let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard halves.count == 2, let setting = DeviceSetting(rawValue: halves[0]) else {
            let names = DeviceSetting.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure(.usage, "\"\(text)\" is not KEY=VALUE; the keys are \(names)")
        }
        guard halves[1] != DeviceSetting.defaultValue else { return (setting, nil) }
        if let mistake = setting.mistake(in: halves[1]) {
            throw CommandFailure(.usage, "\(halves[0]) must be \(mistake), or default, not \"\(halves[1])\"")
        }
        return (setting, halves[1])
    }
}
