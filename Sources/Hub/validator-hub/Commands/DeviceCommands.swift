import ArgumentParser
import Base
import HubDomain
import HubServices
import HubStore

struct AddDevice: HubCommand {
    static let makesDatabase = true

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

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        guard DeviceService.isDeviceID(id) else { throw CommandFailure(.usage, "the id must be \(DeviceService.deviceIDRule)") }
        let secret = withoutSecret ? nil : SecretOutput.newSecret()
        let isRegistered = CommandFailure(.usage, "\(id) is registered already")
        guard try await store.device(id) == nil else { throw isRegistered }
        if let secret { try output.give(secret) }
        guard try await DeviceRegister(store).add(id, secret: secret.map { Array($0.utf8) }, at: now) else { throw isRegistered }
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

    static let ruledByPlatform: String? = "how devices work and the lines that they run on"

    @OptionGroup var common: CommonOptions
    @Option(help: "The device_id.") var device: String
    @Argument(help: "KEY=VALUE, as in white_mode=0 or line=26.") var settings: [String] = []

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        let changes = try settings.map { try Self.change($0) }
        try await store.requireDevice(device)
        for (setting, value) in changes {
            guard setting == .line, let line = value, try await store.edition(of: .line(line)).version == 0 else { continue }
            throw CommandFailure(.usage, "there is no line \(line): import its cards with import-cards --line \(line) FILE")
        }
        let own = try await DeviceRegister(store).set(changes, of: device) ?? [:]
        for setting in DeviceSetting.allCases {
            try Terminal.print("\(setting.rawValue)=\(own[setting] ?? DeviceSetting.defaultValue)")
        }
    }

    /// A nil value is the configuration's.
    private static func change(_ text: String) throws -> (setting: DeviceSetting, value: String?) {
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
