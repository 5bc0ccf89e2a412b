import ArgumentParser
import Base
import HubDomain
import HubServices
import HubStore

struct Enrol: HubCommand {
    static let makesDatabase = true

    static let configuration = CommandConfiguration(
        abstract: "Print a one-time code by which a box gets its secret, and register the device if it is not.",
        discussion: """
            On the box, within a day: validatorctl enrol https://HUB/manage/v1 CODE, or enrol_url and enrol_code in its provisioning file. The \
            secret that the device has is good until then.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "The device_id: \(DeviceService.deviceIDRule).") var id: String

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        guard DeviceService.isDeviceID(id) else { throw CommandFailure(.usage, "the id must be \(DeviceService.deviceIDRule)") }
        let desk = EnrolmentDesk(store, policy: configuration.policy, audit: SystemLog.audit)
        let code: EnrolmentCode
        do {
            code = try await desk.issueCode(for: id, at: now)
        } catch let refusal as Refusal {
            throw CommandFailure(.unavailable, refusal.message)
        }
        SystemLog.audit("enrol device=\(id.logField)")
        try Terminal.print("\(code)")
        Terminal.complain("good once for \(id), until \(EnrolmentCode.lifetime.wholeSeconds / 3600) hours from now")
    }
}
