import Foundation
import JSON
import Testing

/// Scanners that umockdev presents to the real daemon as the kernel would: device nodes, sysfs, ioctls and all.
@Suite(
    "Scanners on umockdev's test bed", .timeLimit(.minutes(10)),
    .enabled(if: UmockdevDevices.isInstalled, "umockdev is not installed; board/setup.sh installs it"))
struct UmockdevTests {
    @Test("a keyboard-wedge scanner, grabbed and read: the ticket it types is a ride")
    func keyboard() async throws {
        let bus = try await Bus()
        let ticket = try await bus.ticket()
        try await play(
            bus, protocol: "evdev", node: UmockdevDevices.Keyboard.node, description: UmockdevDevices.Keyboard.description,
            answers: UmockdevDevices.Keyboard.answers, replay: "--evemu-events",
            data: Array(try UmockdevDevices.Keyboard.events(typing: [ticket, "no ticket"]).utf8))
        // The grab was granted and the Shift keys told, or the log would say otherwise.
        #expect(try !log(bus).contains("is shared with other programs"))
        try await expectOneRide(bus, ticket)
    }

    @Test(
        "a HID-POS scanner, laid out as its report descriptor says: a ticket with suffix is a ride, a binary code over three reports is read"
    )
    func hidPOS() async throws {
        let bus = try await Bus()
        let ticket = try await bus.ticket()
        let binary = (0..<150).map { UInt8(truncatingIfNeeded: 0x80 + $0 * 7) }
        try await play(
            bus, protocol: "hidraw", node: UmockdevDevices.HIDPOS.node, description: UmockdevDevices.HIDPOS.description,
            answers: UmockdevDevices.HIDPOS.answers(describing: UmockdevDevices.HIDPOS.reportDescriptor), replay: "--script",
            data: UmockdevDevices.HIDPOS.script(scanning: [Array(ticket.utf8) + [0x0D], binary]))
        try await expectOneRide(bus, ticket)
    }

    @Test("a hidraw device that is no scanner says what to do about it")
    func noScanner() async throws {
        let bus = try await Bus()
        try await playAlone(
            bus, protocol: "hidraw", node: UmockdevDevices.HIDPOS.node, description: UmockdevDevices.HIDPOS.description,
            answers: UmockdevDevices.HIDPOS.answers(describing: UmockdevDevices.HIDPOS.vendorDescriptor), replay: "--script",
            data: [],
            steps: "await validatord HID-POS within 60s")
    }

    @Test("the scan for readers finds both scanners, and tells how to configure them")
    func scan() async throws {
        let bus = try await Bus()
        try bus.write("keyboard.umockdev", UmockdevDevices.Keyboard.description)
        try bus.write("hidpos.umockdev", UmockdevDevices.HIDPOS.description)
        try bus.write("scan.sh", "exec \"$1/validatorctl\" readers scan --json > \"$2/scan.json\"\n")
        try await bus.playAlone(
            "run umockdev-run --device ${DIR}/keyboard.umockdev --device ${DIR}/hidpos.umockdev -- sh ${DIR}/scan.sh ${BIN} ${DIR}"
        )
        let result = try JSONValue(parsing: Array(Data(contentsOf: bus.folder.appending(path: "scan.json"))))
        let devices = try #require(result["devices"]?.array)
        #expect(devices.map { $0["node"]?.string } == [UmockdevDevices.Keyboard.node, UmockdevDevices.HIDPOS.node])
        #expect(devices.map { $0["use"]?.string } == ["scanner", "scanner"])
        #expect(devices.map { $0["usb_port"]?.string } == ["1-2", "1-3"])
        #expect(devices[0]["configuration"]?.string?.contains("protocol = \"evdev\"") == true)
        #expect(devices[1]["configuration"]?.string?.contains("protocol = \"hidraw\"") == true)
    }

    // MARK: Steps

    /// Gives the box its lists and keys, then starts it on the test bed, where the scanner sends one good ticket and one
    /// code that is none.
    private func play(
        _ bus: Bus, protocol: String, node: String, description: String, answers: String, replay: String, data: [UInt8],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await playAlone(
            bus, protocol: `protocol`, node: node, description: description, answers: answers, replay: replay, data: data,
            steps: """
                expect green
                expect red
                until 60s ${BOX} ${DIR}/control.sock "scanners[0].state == 'ready' and scanners[0].reads == 2"
                \(Bus.settle)
                stop validatord
                """, sourceLocation: sourceLocation)
    }

    private func playAlone(
        _ bus: Bus, protocol: String, node: String, description: String, answers: String, replay: String, data: [UInt8],
        steps: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try bus.write("device.umockdev", description)
        try bus.write("device.ioctl", answers)
        try Data(data).write(to: bus.folder.appending(path: "device.data"))
        let configuration = try String(contentsOf: bus.folder.appending(path: "validatord.toml"), encoding: .utf8)
        let scanner = "device = \"\(node)\"\nprotocol = \"\(`protocol`)\"\ninter_key_ms = 5000"
        try bus.write("bed.toml", configuration.replacing("device = \"\(bus.path("scanner0"))\"", with: scanner))
        try await bus.playAlone(
            """
            start hub ${BIN}/validator-hub --config ${DIR}/hub.toml
            start validatord ${BIN}/validatord --config ${DIR}/validatord.toml
            until 60s ${BOX} ${DIR}/control.sock "lists.cards.count == 2 and lists.keys.ids"
            stop validatord
            start validatord umockdev-run --device ${DIR}/device.umockdev --ioctl \(node)=${DIR}/device.ioctl \
            \(replay) \(node)=${DIR}/device.data -- ${BIN}/validatord --config ${DIR}/bed.toml
            \(steps)
            """, sourceLocation: sourceLocation)
    }

    /// Of its last run, the one on the test bed.
    private func log(_ bus: Bus) throws -> String {
        let text = try String(contentsOf: bus.folder.appending(path: "validatord.log"), encoding: .utf8)
        return String(text[(text.ranges(of: "starts as").last?.upperBound ?? text.startIndex)...])
    }

    private func expectOneRide(_ bus: Bus, _ ticket: String) async throws {
        #expect(try await bus.records(of: ticket).filter(\.isLog).map(\.status) == [0])
    }
}
