import Foundation
import JSON
import TestSupport
import Testing

@Suite("A box swapped at the depot", .timeLimit(.minutes(10)))
struct TakeoverTests {
    /// What of a box lies on its disk; two boxes have it in the same place.
    private static let disk = ["state", "validatord.toml", "ticket.secret"]

    private func validatorctl(_ box: LiveBox, _ arguments: String...) async throws -> Programs.Result {
        try await Programs.run(
            "validatorctl", arguments + ["--socket", box.folder.appending(path: "control.sock").path],
            log: box.folder.appending(path: "validatorctl.log"))
    }

    /// Takes one box's disk out, under a name that it is kept as, and puts another's in if there is one of that name.
    private func swapDisks(_ folder: URL, out: String, in other: String) throws {
        let files = FileManager.default
        for name in Self.disk {
            let place = folder.appending(path: name).path
            if files.fileExists(atPath: place) { try files.moveItem(atPath: place, toPath: "\(place).\(out)") }
            if files.fileExists(atPath: "\(place).\(other)") { try files.moveItem(atPath: "\(place).\(other)", toPath: place) }
        }
    }

    private func text(_ url: URL) -> String? { try? String(contentsOf: url, encoding: .utf8) }

    private func damage(_ file: URL, _ work: () async throws -> Void) async throws {
        let content = try Data(contentsOf: file)
        try content.dropLast(7).write(to: file)
        try await work()
        try content.write(to: file)
    }

    @Test("the new box has the identity, and uploads what the old one could not: the hub has every record once, as the old one's")
    func swap() async throws {
        let bus = try await Bus()
        let folder = bus.folder
        let secret = folder.appending(path: "ticket.secret")
        let configuration = folder.appending(path: "validatord.toml")
        try Data("provisioned\n".utf8).write(to: secret)
        let options = LiveBox.Options(tickets: { [path = secret.path] _ in "secret_file = \"\(path)\"" })
        try await LiveBox.run(baseURL: "http://127.0.0.1:\(bus.hubPort)/api", in: bus.home, options) { box in
            // The old box, out of the hub's reach.
            try await box.play("start hub ${BIN}/validator-hub --config ${DIR}/hub.toml")
            try await box.start()
            try await box.until("it has its list") { ($0["lists"]?["cards"]?["count"]?.int ?? 0) > 0 }
            try await box.play(
                """
                stop hub
                tap reader0 \(Bus.goodCard) green
                \(LiveBox.pause)
                tap reader0 \(Bus.blockedCard) red
                """)
            let old = try box.unsentTaps()
            #expect(old.count == 2)

            let stick = folder.appending(path: "stick")
            try FileManager.default.createDirectory(at: stick, withIntermediateDirectories: true)
            // Nobody can make a file there.
            let passphrase = folder.appending(path: "passphrase")
            try Data("correct horse\n".utf8).write(to: passphrase)
            let unasked = try await validatorctl(box, "handover", stick.path, "--same-disk")
            #expect(unasked.status == 64 && unasked.output.contains("--passphrase-file"), "\(unasked.output)")
            let unwritable = try await validatorctl(box, "handover", "/proc", "--passphrase-file", passphrase.path)
            #expect(unwritable.status == 73 && unwritable.output.contains("this box serves on"), "\(unwritable.output)")
            #expect(try box.unsentTaps().count == 2)

            let handover = try await validatorctl(
                box, "handover", stick.path, "--same-disk", "--passphrase-file", passphrase.path)
            #expect(handover.status == 0 && handover.output.contains("TEST01 is handed over"), "\(handover.output)")
            try await untilEnded(box)
            let refused = try await Programs.run(
                "validatord", ["--config", configuration.path], log: folder.appending(path: "refused.log"))
            #expect(refused.status == 67 && refused.output.contains("handed over to another box"), "\(refused.output)")
            let carried = try FileManager.default.contentsOfDirectory(atPath: stick.path).map { stick.appending(path: $0) }
            for file in carried {
                let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
                #expect(mode == 0o600)
                let content = String(decoding: try Data(contentsOf: file), as: UTF8.self)
                #expect(!content.contains("provisioned") && !content.contains(Bus.goodCard), "nobody reads \(file.path)")
            }
            let identity = try #require(carried.first { $0.pathExtension == "identity" })
            let records = try #require(carried.first { $0.pathExtension == "sealed" })

            // The new box, which has been on the table as another one.
            try swapDisks(folder, out: "old", in: "new")
            let before = LiveBox.Options().configuration(folder: folder.path, baseURL: "http://127.0.0.1:9/nobody")
                .replacing("TEST01", with: "SPARE1")
            try Data(before.utf8).write(to: configuration)
            try await box.start()
            try await box.play("tap reader0 \(Bus.goodCard) red")
            func takeOver() async throws -> Programs.Result {
                try await validatorctl(
                    box, "takeover", stick.path, "--config", configuration.path, "--passphrase-file", passphrase.path)
            }
            let occupied = try await takeOver()
            #expect(occupied.status == 1 && occupied.output.contains("taps of its own"), "\(occupied.output)")
            try await requireOwnStateFolder(box, before, takeOver)
            let other = folder.appending(path: "other")
            try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
            _ = try await box.validatorctl("outbox", "collect", other.path, "--same-disk", "--plain")

            for file in [identity, records] {
                try await damage(file) {
                    let torn = try await takeOver()
                    #expect(torn.status == 65 && torn.output.contains("damaged or cut off"), "\(torn.output)")
                }
            }
            #expect(text(configuration) == before && text(secret) == nil)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasPrefix(".takeover") })
            #expect(try box.status()["device_id"] == "SPARE1")

            let taken = try await takeOver()
            #expect(taken.status == 0 && taken.output.contains("this box is TEST01 from now on"), "\(taken.output)")
            #expect(text(secret) == "provisioned\n" && text(configuration)?.contains("TEST01") == true)
            #expect(text(folder.appending(path: "validatord.toml.previous")) == before)
            try await box.play("start hub")
            try await box.restart()
            try await box.untilLogged("taken over from the former box: 2 taps")
            try await box.untilDelivered()

            // The same again, and the file at the hub: nothing is there twice.
            #expect(try await takeOver().status == 0)
            try await box.restart()
            try await box.untilLogged("were taken over before")
            try await box.until("nothing waits") {
                $0["outbox"]?["records"]?.int == 0 && $0["platform"]?["state"] == "online"
            }
            let hub = try await Programs.run(
                "validator-hub",
                [
                    "import-records", records.path, "--config", bus.path("hub.toml"), "--passphrase-file", passphrase.path,
                    "--accept-unauthenticated",
                ],
                log: folder.appending(path: "import.log"))
            #expect(hub.output.contains("0 records taken"), "\(hub.output)")
            let listing = try await Programs.run(
                "validator-hub", ["records", "--json", "--config", bus.path("hub.toml")],
                log: folder.appending(path: "records.log"))
            let all = try #require(try JSONValue(parsing: Array(listing.output.utf8)).array)
            let arrived = all.compactMap { $0["req_id"]?.string }
            #expect(Set(arrived) == Set(old.flatMap(Self.uploads)) && arrived.count == Set(arrived).count)
            #expect(all.allSatisfy { $0["device_id"] == "TEST01" })

            // The stick's copy has been used.
            try await box.play("stop validatord")
            try swapDisks(folder, out: "new", in: "old")
            let undone = try await validatorctl(
                box, "handover", stick.path, "--undo", "--passphrase-file", passphrase.path)
            #expect(undone.status == 1 && undone.output.contains("is used already"), "\(undone.output)")
        }
    }

    @Test(
        "a handover that nobody took over is undone: the old box serves again, with all its records, and the stick is of no use")
    func undo() async throws {
        let platform = try ScriptedPlatform()
        platform.answer("card_check_log") { _ in .html("away", status: 503) }
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
            let stick = box.folder.appending(path: "stick")
            try FileManager.default.createDirectory(at: stick, withIntermediateDirectories: true)
            _ = try await box.validatorctl("handover", stick.path, "--same-disk", "--plain")
            try await untilEnded(box)
            _ = try await box.validatorctl("handover", stick.path, "--undo")
            let left = try FileManager.default.contentsOfDirectory(atPath: stick.path)
            #expect(left.allSatisfy { $0.hasSuffix(".jsonl") }, "no secret is left on it")
            platform.restore("card_check_log")
            try await box.start()
            try await box.untilDelivered()
            #expect(platform.requests("card_check_log").contains { $0.fields["card_id"] == LiveBox.goodCard })
        }
    }

    /// Without a daemon to ask, and with this box's own records elsewhere than the stick's go.
    private func requireOwnStateFolder(
        _ box: LiveBox, _ configuration: String, _ takeOver: () async throws -> Programs.Result
    ) async throws {
        let (state, elsewhere) = (box.folder.appending(path: "state"), box.folder.appending(path: "elsewhere"))
        let file = box.folder.appending(path: "validatord.toml")
        try await box.play("kill validatord")
        try FileManager.default.moveItem(at: state, to: elsewhere)
        try Data(configuration.replacing(state.path, with: elsewhere.path).utf8).write(to: file)
        let hidden = try await takeOver()
        #expect(hidden.status == 1 && hidden.output.contains("\(elsewhere.path)/outbox.db"), "\(hidden.output)")
        try? FileManager.default.removeItem(at: state)
        try FileManager.default.moveItem(at: elsewhere, to: state)
        try Data(configuration.utf8).write(to: file)
        try await box.start()
    }

    /// By the rig's word, which starts no second one before that.
    private func untilEnded(_ box: LiveBox) async throws {
        try await eventually("the daemon has ended") {
            box.events.contains { $0.text?.hasPrefix("validatord ended") == true }
        }
    }

    /// The `req_id`s under which a tap of `outbox_export` is uploaded.
    private static func uploads(of tap: JSONValue) -> [String] {
        (tap["pending"]?.array ?? []).compactMap { part in
            part == "booking" ? tap["booking_id"]?.string : tap["log_id"]?.string
        }
    }
}
