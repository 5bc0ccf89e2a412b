import Cryptography
import Foundation
import JSON
import TestSupport
import Testing

@Suite("The vehicle around the box", .timeLimit(.minutes(10)))
struct VehicleTests {
    private func outbox(_ status: JSONValue, _ name: String) -> Int? { status["outbox"]?[name]?.int }

    private func hub(_ folder: URL, _ arguments: String..., fleetSecret: String? = nil) async throws -> Programs.Result {
        let configuration = folder.appending(path: "hub.toml")
        let tokens = fleetSecret.map { "[tokens]\nsecret_file = \"\($0)\"\n" } ?? ""
        try Data("[database]\npath = \"\(folder.path)/hub.db\"\n\(tokens)".utf8).write(to: configuration)
        return try await Programs.run(
            "validator-hub", ["--config", configuration.path] + arguments, log: folder.appending(path: "hub.log"))
    }

    @Test("unsent and refused records go to the hub on a stick, once; a lost stick's records are uploaded after all")
    func stick() async throws {
        let platform = try ScriptedPlatform()
        platform.answer("card_check") { _ in .html("away", status: 503) }
        platform.answer("card_check_log") { _ in .refusal(9, "no such card") }
        let key = HubPrivateKey()
        let secrets = TemporaryFolder()
        let secret = try secrets.write("platform.secret", "the box's own\n")
        let options = LiveBox.Options(
            platform: "[platform.token]\nkind = \"call\"\nsecret_file = \"\(secret)\"",
            outbox: "backoff_max_s = 1\nmax_refusals = 1\n[collection]\nhub_key = \"\(key.publicKey.text)\"")
        try await LiveBox.run(platform, options) { box in
            try await box.startWithLists()
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
            try await box.until("one upload waits, one is refused") { outbox($0, "records") == 1 && outbox($0, "refused") == 1 }

            let stick = box.folder.appending(path: "stick")
            try FileManager.default.createDirectory(at: stick, withIntermediateDirectories: true)
            let refused = try await Programs.run(
                "validatorctl", ["--socket", box.folder.appending(path: "control.sock").path, "outbox", "collect", "/nowhere"],
                log: box.folder.appending(path: "refused.log"))
            #expect(refused.status == 73)
            try await box.until("nothing was marked") { outbox($0, "collected") == 0 && outbox($0, "records") == 1 }

            let told = try await box.validatorctl("outbox", "collect", stick.path, "--same-disk")
            #expect(told.contains("marked as collected"))
            let file = try #require(try FileManager.default.contentsOfDirectory(atPath: stick.path).first)
            #expect(file.hasPrefix("validator-TEST01-") && file.hasSuffix(".sealed"))
            let path = stick.appending(path: file).path
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            try await box.until("they are marked") {
                outbox($0, "records") == 0 && outbox($0, "refused") == 0 && outbox($0, "collected") == 2
            }
            #expect(try await box.validatorctl("outbox", "collect", stick.path, "--same-disk").contains("nothing waits"))

            platform.restore("card_check")
            platform.restore("card_check_log")
            try await box.restart()
            try await box.until("it knows of them") { outbox($0, "collected") == 2 }
            let sent = platform.requests("card_check", "card_check_log").count
            _ = try await platform.heartbeats(3)
            #expect(platform.requests("card_check", "card_check_log").count == sent)

            let content = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
            #expect(!content.contains(LiveBox.goodCard), "the stick shows no card number")
            let keyFile = try secrets.write("hub.key", key.text)
            _ = try await hub(box.folder, "add-device", "TEST02", "--without-secret")
            let strange = try await hub(box.folder, "import-records", path, "--key-file", keyFile)
            #expect(strange.status == 65 && strange.output.contains("nothing imported"), "\(strange.output)")
            _ = try await hub(box.folder, "add-device", "TEST01", "--without-secret")
            for words in ["2 records taken, 0 known", "0 records taken, 2 known"] {
                let result = try await hub(box.folder, "import-records", path, "--key-file", keyFile, fleetSecret: secret)
                #expect(result.output.contains("of a box of the fleet"), "\(result.output)")
                #expect(result.status == 0 && result.output.contains(words), "\(result.output)")
            }
            let list = try JSONValue(parsing: try await hub(box.folder, "records", "--json").output).array ?? []
            let identifiers = Set(list.compactMap { $0["req_id"]?.string })
            #expect(identifiers.count == 2)
            #expect(identifiers == Set(platform.requests("card_check", "card_check_log").compactMap(\.requestID)))
            #expect(list.allSatisfy { $0["subject"]?.string == LiveBox.goodCard && $0["device_id"] == "TEST01" })

            #expect(try await box.validatorctl("outbox", "uncollect").contains("2 records are back in the queue"))
            try await box.until("they are delivered") { outbox($0, "records") == 0 && outbox($0, "collected") == 0 }
            let late = platform.requests("card_check", "card_check_log").dropFirst(sent).compactMap(\.requestID)
            #expect(Set(late) == identifiers)
        }
    }

    @Test("a box that is given another name sends nothing of its former one's under it; a stick brings that to the hub")
    func otherName() async throws {
        let platform = try ScriptedPlatform()
        for call in ["card_check", "card_check_log"] { platform.answer(call) { _ in .html("away", status: 503) } }
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
            try await box.until("both uploads wait") { outbox($0, "records") == 2 }
            let configuration = box.folder.appending(path: "validatord.toml")
            let former = try String(contentsOf: configuration, encoding: .utf8)
            try Data(former.replacing("TEST01", with: "TEST02").utf8).write(to: configuration)
            for call in ["card_check", "card_check_log"] { platform.restore(call) }
            try await box.restart()
            try await box.until("it is the other one") {
                $0["device_id"] == "TEST02" && outbox($0, "records") == 0 && outbox($0, "collected") == 2
            }
            #expect(try await box.validatorctl("outbox", "uncollect").contains("0 records are back"))
            _ = try await platform.heartbeats(3)
            let sent = platform.requests("card_check", "card_check_log")
            #expect(sent.allSatisfy { $0.fields["device_id"] == "TEST01" })

            let stick = box.folder.appending(path: "stick")
            try FileManager.default.createDirectory(at: stick, withIntermediateDirectories: true)
            _ = try await box.validatorctl("outbox", "collect", stick.path, "--same-disk", "--plain")
            let files = try FileManager.default.contentsOfDirectory(atPath: stick.path)
            let file = try #require(files.first { $0.hasPrefix("validator-TEST01-") })
            let state = try FileManager.default.contentsOfDirectory(atPath: box.folder.appending(path: "state").path)
            #expect(!state.contains { $0.hasPrefix("former-") }, "it is on the stick")
            _ = try await hub(box.folder, "add-device", "TEST01", "--without-secret")
            let taken = try await hub(
                box.folder, "import-records", stick.appending(path: file).path, "--accept-unauthenticated")
            #expect(taken.output.contains("TEST01: 2 records taken"), "\(taken.output)")
        }
    }

    @Test("the modem, its card and its traffic are told; the traffic's account outlives a restart")
    func modem() async throws {
        let platform = try ScriptedPlatform()
        let options = LiveBox.Options(vehicle: { "modem_program = \"\($0)/mmcli\"\ndata_interface = \"lo\"" })
        try await LiveBox.run(platform, options) { box in
            let program = box.folder.appending(path: "mmcli")
            // As mmcli prints it, without what is not read.
            let script = """
                #!/bin/sh
                case "$1" in
                --modem=any) echo '{"modem":{"3gpp":{"imei":"353338976168895","operator-name":"vodafone.de"},"generic":{\
                "access-technologies":["lte"],"signal-quality":{"recent":"yes","value":"75"},\
                "sim":"/org/freedesktop/ModemManager1/SIM/0","state":"connected"}}}' ;;
                --sim=/org/freedesktop/ModemManager1/SIM/0) echo '{"sim":{"properties":{"iccid":"89883030000111825060"}}}' ;;
                *) exit 1 ;;
                esac
                """
            try Data(script.utf8).write(to: program)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
            try await box.start()
            let status = try await box.until("the modem is known") { $0["modem"]?["iccid"]?.isNull == false }
            let modem = try #require(status["modem"])
            #expect(modem["state"] == "connected" && modem["imei"] == "353338976168895")
            #expect(modem["iccid"] == "89883030000111825060" && modem["operator"] == "vodafone.de")
            #expect(modem["technology"] == "lte" && modem["signal_percent"] == 75)
            let bytes = try #require(modem["data_month_bytes"]?.int)
            #expect(bytes > 0)
            for text in ["89883030000111825060", "signal 75 %"] {
                #expect(try await box.validatorctl("status").contains(text))
            }
            try await box.restart()
            // The loopback interface counts on, so that what was counted before must not count twice.
            let later = try await box.until("it goes on") { ($0["modem"]?["data_month_bytes"]?.int ?? 0) >= bytes }
            #expect((later["modem"]?["data_month_bytes"]?.int ?? 0) < bytes * 2)
        }
    }

    @Test("ignition off shuts the box down after the delay, unless it comes back; taps are answered meanwhile")
    func ignition() async throws {
        let platform = try ScriptedPlatform()
        let options = LiveBox.Options(vehicle: { folder in
            """
            modem_program = ""
            ignition = "\(folder)/ignition"
            ignition_off_delay_s = 5
            ignition_off_max_s = 10
            power_off_command = ["/usr/bin/touch", "\(folder)/off"]
            """
        })
        try await LiveBox.run(platform, options) { box in
            let path = box.folder.appending(path: "ignition").path
            try #require(unsafe mkfifo(path, 0o600) == 0)
            let line = try #require(FileHandle(forUpdatingAtPath: path))
            func turn(_ isOn: Bool) throws {
                // A `struct input_event` of EV_SW 0.
                try line.write(contentsOf: Data([UInt8](repeating: 0, count: 16) + [5, 0, 0, 0, isOn ? 1 : 0, 0, 0, 0]))
            }
            let off = box.folder.appending(path: "off").path
            try await box.startWithLists()
            #expect(try box.status()["vehicle"]?["ignition"]?.isNull == true)
            try turn(true)
            try await box.until("it is on") { $0["vehicle"]?["ignition"] == "on" }
            try turn(false)
            try await box.until("it is off") {
                $0["vehicle"]?["ignition"] == "off" && $0["vehicle"]?["shutdown_in_s"]?.int != nil
            }
            try turn(true)
            try await box.until("it is on again") { $0["vehicle"]?["shutdown_in_s"]?.isNull == true }
            #expect(!FileManager.default.fileExists(atPath: off))

            // What is unsent puts it off, but not for ever.
            platform.answer("card_check_log") { _ in .html("away", status: 503) }
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
            try turn(false)
            try await box.play("tap reader0 \(LiveBox.unknownCard) red")
            try await box.untilLogged("records are unsent, waiting")
            try await eventually("it is switched off") { FileManager.default.fileExists(atPath: off) }
            #expect(box.log.contains("the box shuts down now; "))
        }
    }
}
