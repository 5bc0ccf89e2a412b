import Base
import ControlProtocol
import Hardware
import TestSupport
import Testing
import ValidatorCore

@testable import validatorctl
@testable import validatord

@Suite("the self-test's judgement")
struct SelfTestTests {
    private let now = WallTime(seconds: 1_700_000_000)

    /// A box that is well, but for what `change` does to it.
    private func findings(_ change: (inout SelfTest) -> Void = { _ in }) -> [SelfTestFinding?] {
        checks(change).map(\.finding)
    }

    private func checks(_ change: (inout SelfTest) -> Void = { _ in }) -> [SelfTestCheck] {
        var status = StubCommands().status()
        status.scanners = []
        status.platform = StatusReport.Platform()
        (status.platform.state, status.platform.lastSuccessAge) = (.online, .seconds(1))
        (status.outbox.refused, status.outbox.oldestAge) = (0, .seconds(300))
        status.lists.keys.isWeak = false
        status.mode.modes.cardsEnabled = true
        status.mode.modes.ticketsEnabled = true
        var test = SelfTest(
            status: status, lightFolders: ("/leds/green", "/leds/red", "/leds/buzzer"),
            lights: IndicatorTest(green: true, red: true, buzzer: nil), sound: .played,
            disk: .measured(DiskProbe(freeBytes: 1 << 30, syncTime: .milliseconds(3))), maximumRecords: 100, readsKeys: true,
            canStore: true,
            now: now)
        change(&test)
        return test.checks
    }

    @Test("a box that is well passes everywhere")
    func well() {
        #expect(
            findings() == [
                .deviceReady, .noDevice, .lightShown, .lightShown, .soundPlayed, .diskGood, .clockGood, .platformOnline, .gpsFix,
                .listPresent, .listUnused, .keysPresent, .outboxGood,
            ])
        #expect(!checks().contains { $0.verdict == .fail })
    }

    @Test(
        "a device",
        arguments: [("ready", .deviceReady), ("recovering", .deviceRecovering), ("absent", .deviceAbsent)]
            as [(String, SelfTestFinding)])
    func device(state: String, finding: SelfTestFinding) {
        let check = checks { $0.status.readers[0].state = state }[0]
        #expect(check.finding == finding)
        #expect(check.subject == "r0" && check.detail.contains("/dev/r0"))
    }

    @Test(
        "of the root keys that which ends first, 60 days ahead",
        arguments: [("2024-01", .certificateGood), ("2023-12", .certificateEnding), ("2023-10", .rootEnded)]
            as [(String, SelfTestFinding)])
    func rootKey(end: String, finding: SelfTestFinding) {
        let root = checks { test in
            for (index, end) in [(1, nil), (2, "2039-12"), (3, end)] as [(Int, String?)] {
                var root = StatusReport.Root()
                (root.index, root.end) = (index, end)
                test.status.lists.keys.roots.keys.append(root)
            }
        }.first { $0.part == .certificate }
        #expect(root?.finding == finding && root?.subject == "root key 3")
    }

    @Test("of several root keys each that has ended or soon will")
    func rootKeysInTrouble() {
        let roots = checks { test in
            for (index, end) in [(1, "2023-10"), (2, "2039-12"), (3, "2023-12"), (4, "2023-09")] {
                var root = StatusReport.Root()
                (root.index, root.end) = (index, end)
                test.status.lists.keys.roots.keys.append(root)
            }
        }.filter { $0.part == .certificate }
        #expect(roots.map(\.subject) == ["root key 4", "root key 1", "root key 3"])
        #expect(roots.map(\.finding) == [.rootEnded, .rootEnded, .certificateEnding])
        #expect(!roots.contains { $0.verdict == .fail }, "others are good")
    }

    @Test("root keys that have all ended are a failure, unless nobody vouches for the time")
    func endedRoots() {
        func roots(at time: WallTime?) -> [SelfTestFinding?] {
            checks { test in
                test.now = time
                for index in 1...2 {
                    var root = StatusReport.Root()
                    (root.index, root.end) = (index, "2023-0\(index)")
                    test.status.lists.keys.roots.keys.append(root)
                }
            }.filter { $0.part == .certificate }.map(\.finding)
        }
        #expect(roots(at: now) == [.rootsMissing, .rootsMissing] && SelfTestFinding.rootsMissing.verdict == .fail)
        #expect(roots(at: nil).isEmpty)
    }

    @Test("that no root key is in force is told where codes would need one, and is a failure where a file is named")
    func noRoots() {
        func check(isUsed: Bool = true, areTicketsEnabled: Bool = true, trouble: String? = nil) -> SelfTestCheck? {
            checks {
                $0.status.lists.keys.roots.areUsed = isUsed
                $0.status.lists.keys.roots.trouble = trouble
                $0.status.mode.modes.ticketsEnabled = areTicketsEnabled
            }.first { $0.subject == "transport" }
        }
        #expect(check()?.finding == .rootsUnused && check()?.verdict == .pass)
        let missing = check(trouble: "/roots: line 3: no key")
        #expect(missing?.finding == .rootsMissing && missing?.verdict == .fail && missing?.detail == "/roots: line 3: no key")
        #expect(check(isUsed: false, trouble: "x") == nil && check(areTicketsEnabled: false, trouble: "x") == nil)
        for finding in [SelfTestFinding.rootsUnused, .rootsMissing] {
            #expect(ConsoleText.findings[finding.rawValue]?.text.en.contains("no root key in force") == true)
        }
    }

    @Test("a light that takes no value fails; one that could not be tried between taps does not")
    func lights() {
        let broken = checks { $0.lights = IndicatorTest(green: false, red: true, buzzer: true) }
        #expect(broken.first { $0.subject == "green" }?.verdict == .fail)
        #expect(broken.first { $0.part == .buzzer }?.finding == .lightShown)
        #expect(findings { $0.lights = nil }.contains(.lightBusy))
        #expect(SelfTestFinding.lightBusy.verdict == .warn)
    }

    @Test("sound: silence that is configured is well, a missing file is a warning, a device that fails a failure")
    func sound() {
        #expect(findings { $0.sound = .off }.contains(.soundOff))
        #expect(SelfTestFinding.soundOff.verdict == .pass)
        #expect(checks { $0.sound = .missing(folder: "/voices") }.contains { $0.verdict == .warn && $0.detail == "/voices" })
        #expect(checks { $0.sound = .failed("default: no such device") }.contains { $0.verdict == .fail && $0.part == .sound })
    }

    @Test(
        "the disk by its room and its speed",
        arguments: [
            (SelfTest.fullDisk - 1, 3, .diskFull), (SelfTest.fullDisk, 3, .diskLow), (SelfTest.lowDisk, 3, .diskGood),
            (SelfTest.lowDisk, 200, .diskGood), (SelfTest.lowDisk, 201, .diskSlow), (SelfTest.fullDisk - 1, 201, .diskFull),
        ] as [(Int64, Int, SelfTestFinding)])
    func disk(free: Int64, sync: Int, finding: SelfTestFinding) {
        let probe = DiskProbe(freeBytes: free, syncTime: .milliseconds(sync))
        #expect(findings { $0.disk = .measured(probe) }.contains(finding))
    }

    @Test("a disk that was slow for a rider is told though it is quick now, with the longest wait")
    func wasSlow() {
        let disk = SelfTest.Disk.measured(DiskProbe(freeBytes: SelfTest.lowDisk, syncTime: .milliseconds(3)))
        func check(_ longest: Duration?) -> SelfTestCheck? {
            checks { ($0.disk, $0.status.outbox.longestSync) = (disk, longest) }.first { $0.part == .disk }
        }
        #expect(check(.milliseconds(999))?.finding == .diskGood && check(nil)?.finding == .diskGood)
        #expect(check(.seconds(5))?.finding == .diskSlow && check(.seconds(5))?.detail == "128 MiB, 3 ms, 5000 ms")
    }

    @Test("a disk that refuses or hangs fails")
    func brokenDisk() {
        #expect(checks { $0.disk = .failed("read-only") }.contains { $0.finding == .diskUnwritable && $0.detail == "read-only" })
        #expect(findings { $0.disk = .stuck }.contains(.diskStuck))
    }

    @Test("the clock: trusted, off either way, or vouched for by nobody")
    func clock() {
        #expect(findings { $0.status.clock.offset = .seconds(-6) }.contains(.clockOff))
        #expect(findings { $0.status.clock.offset = .seconds(6) }.contains(.clockOff))
        #expect(findings { $0.status.clock.offset = .seconds(5) }.contains(.clockGood))
        #expect(findings { $0.status.clock = .init(source: .none, offset: nil) }.contains(.clockUntrusted))
    }

    @Test(
        "a certificate by the time that is left",
        arguments: [
            (-1, .certificateExpired), (1, .certificateEnding), (29 * 86400, .certificateEnding), (31 * 86400, .certificateGood),
        ]
            as [(Int64, SelfTestFinding)])
    func certificate(seconds: Int64, finding: SelfTestFinding) {
        let expiry = now + .seconds(seconds)
        #expect(
            findings {
                $0.status.platform.certificate = StatusReport.Certificate(name: "/etc/client.pem", expires: expiry)
            }.contains(finding))
    }

    @Test(
        "the platform's last error is told while the platform is away, and 10 minutes beyond",
        arguments: [(.online, 599, true), (.online, 600, false), (.offline, 86400, true)]
            as [(StatusReport.Platform.State, Int, Bool)])
    func platformError(state: StatusReport.Platform.State, age: Int, isTold: Bool) {
        let check = checks {
            ($0.status.platform.state, $0.status.platform.lastError) = (state, "connection refused")
            $0.status.platform.lastErrorAge = .seconds(age)
        }.first { $0.part == .platform }
        #expect(check?.detail == (isTold ? "connection refused" : ""))
    }

    @Test("plain http to another machine is a warning, however well the platform answers")
    func plainPlatform() {
        #expect(findings { $0.status.platform.isPlain = true }.contains(.platformPlain))
        #expect(SelfTestFinding.platformPlain.verdict == .warn)
        #expect(!findings { $0.status.platform.isPlain = false }.contains(.platformPlain))
    }

    @Test("that each call carries the box's own secret is told")
    func authorisedPlatform() {
        #expect(findings { $0.status.platform.isAuthorised = true }.contains(.platformAuthorised))
        #expect(SelfTestFinding.platformAuthorised.verdict == .pass)
        #expect(!findings { $0.status.platform.isAuthorised = false }.contains(.platformAuthorised))
    }

    @Test("GPS: a receiver without a fix is a warning, no receiver a failure")
    func gps() {
        #expect(findings { $0.status.gps.fix = StatusReport.GPS.Fix.none }.contains(.gpsNoFix))
        #expect(findings { $0.status.gps = StatusReport.GPS() }.contains(.gpsSilent))
    }

    @Test("lists and keys are missed only where the modes need them")
    func lists() {
        let none = StatusReport.List(HeldList(), at: nil)
        #expect(findings { $0.status.lists.cards = none }.contains(.listMissing))
        #expect(
            !findings {
                $0.status.lists.cards = none
                $0.status.mode.modes.cardsEnabled = false
            }.contains(.listMissing))
        #expect(findings { $0.status.mode.modes.lineListRequired = true }.contains(.listMissing))
        #expect(findings { $0.status.lists.keys.ids = [] }.contains(.keysMissing))
        let withoutVT1 = findings { ($0.status.lists.keys.ids, $0.readsKeys) = ([], false) }
        #expect(withoutVT1.contains(.keysUnused) && !withoutVT1.contains(.keysMissing))
        #expect(
            findings {
                $0.status.lists.keys.ids = []
                $0.status.mode.modes.ticketsEnabled = false
            }.contains(.keysUnused))
        #expect(findings { $0.status.lists.keys.isWeak = true }.contains(.keysWeak))
    }

    @Test("the outbox by its fill")
    func outbox() {
        #expect(findings { $0.status.outbox.records = 49 }.contains(.outboxGood))
        #expect(findings { $0.status.outbox.records = 50 }.contains(.outboxFilling))
        #expect(findings { $0.status.outbox.records = 90 }.contains(.outboxFull))
        #expect(findings { $0.status.outbox.refused = 1 }.contains(.outboxRefused))
        let stuck = checks { $0.status.outbox.oldestAge = .seconds(301) }.last
        #expect(stuck?.finding == .outboxStuck && stuck?.detail == "3 + 0, 3 %, card_check_log: HTTP status 404")
        #expect(
            findings { ($0.status.outbox.oldestAge, $0.status.platform.state) = (.seconds(301), .offline) }.contains(.outboxGood))
        #expect(findings { $0.canStore = false }.contains(.outboxBroken))
    }

    @Test("each finding has its words in both languages, and says what to do next unless all is well")
    func words() {
        for finding in SelfTestFinding.allCases {
            let words = ConsoleText.findings[finding.rawValue]
            #expect(words != nil, "\(finding)")
            #expect((words?.next == nil) == (finding.verdict == .pass), "\(finding)")
        }
    }

    @Test("what a person did not see or hear has failed")
    func answers() {
        let report = SelfTestReport(run: 1, checks: checks())
        var verdicts = SelfTestVerdicts(report)
        #expect(!verdicts.hasFailure)
        #expect(verdicts.lines[verdicts.open ?? 0].subject == "green")
        verdicts.answer(true)
        #expect(!verdicts.hasFailure)
        verdicts.answer(false)
        #expect(verdicts.hasFailure)
        verdicts.answer(true)
        #expect(verdicts.open == nil)
        let text = verdicts.text(.en).joined(separator: "\n")
        #expect(text.contains("PASS  light green  switched on: /leds/green; seen and confirmed"))
        #expect(text.contains("FAIL  light red  was not seen: /leds/red\n      next: check the light and its wiring"))
    }

    @Test("a real folder's disk is measured, and one that is not there is told")
    func probe() throws {
        let folder = TemporaryFolder()
        let probe = try DiskProbe.measure(folder: folder.path).get()
        #expect(probe.freeBytes > 0 && probe.syncTime > .zero)
        #expect(throws: (any Error).self) { try DiskProbe.measure(folder: folder.path + "/none").get() }
    }
}
