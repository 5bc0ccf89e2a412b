import ArgumentParser
import Base
import HubDomain
import HubServices
import HubStore
import PlatformAPI

struct MapDevice: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "Set what the platform calls a device, or show it.",
        discussion: """
            In front of a platform (upstream.base_url) a device has the same device_id on both sides unless it is given another here. No two have \
            the same. Calls that wait go up under the new one, too. Without UPSTREAM_ID and --same, shows what it is and was called.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "The device_id at this hub.") var id: String
    @Argument(help: "The device_id at the platform: \(DeviceService.deviceIDRule).") var upstreamID: String?
    @Flag(help: "The same at both again.") var same = false

    func validate() throws {
        guard upstreamID == nil || !same else { throw ValidationError("UPSTREAM_ID or --same") }
    }

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        try await store.requireDevice(id)
        guard same || upstreamID != nil else { return try await show(store, configuration.policy.zone) }
        if let upstreamID, !DeviceService.isDeviceID(upstreamID) {
            throw CommandFailure(.usage, "the id must be \(DeviceService.deviceIDRule)")
        }
        do {
            try await store.setIdentity(of: id, to: upstreamID, at: now)
        } catch let error as HubStoreError where error.kind == .conflict {
            throw CommandFailure(.usage, error.description)
        }
        let name = upstreamID ?? id
        SystemLog.audit("map-device device=\(id.logField) upstream=\(name.logField)")
        try Terminal.print("the platform knows \(id) as \(name)")
    }

    private func show(_ store: any HubStore, _ zone: any TimeZoneRules) async throws {
        let history = try await store.identityHistory(of: id).filter { $0.deviceID == id }
        for identity in history { try Terminal.print(identity.line(zone: zone)) }
        if history.last?.until != nil || history.isEmpty { try Terminal.print("\(id.logField)  \(id.logField)") }
    }
}

extension UpstreamIdentity {
    func line(zone: some TimeZoneRules) -> String {
        func text(_ time: WallTime) -> String { TimeFormat.datetime.text(zone.civil(time)) }
        return "\(deviceID.logField)  \(upstreamID.logField)  since \(text(since))" + (until.map { "  until \(text($0))" } ?? "")
    }
}
