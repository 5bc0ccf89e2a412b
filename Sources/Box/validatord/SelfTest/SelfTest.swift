import Base
import ControlProtocol
import Fares
import Hardware

/// Judges what a self-test has measured.
nonisolated struct SelfTest: Sendable {
    /// Less and the box will soon be out of service.
    static let fullDisk: Int64 = 16 << 20
    static let lowDisk: Int64 = 128 << 20
    /// A rider waits for it.
    static let slowSync = Duration.milliseconds(200)
    /// Of the system's clock, by which the log is dated.
    static let clockTolerance = Duration.seconds(5)
    /// The platform answers again, and what it said before is history.
    static let errorPasses = Duration.seconds(600)
    /// A platform that answers takes a record sooner.
    static let stuckRecord = Duration.seconds(300)
    static let certificateMargin = Duration.seconds(30 * 86400)

    enum Sound: Sendable {
        /// As the configuration wants it.
        case off
        case played
        /// There is no file for the prompt.
        case missing(folder: String)
        case failed(String)
    }

    enum Disk: Sendable {
        case measured(DiskProbe)
        case failed(String)
        /// No answer in the time of the test.
        case stuck
    }

    var status: StatusReport
    /// The brightness files' folders.
    var lightFolders: (green: String, red: String, buzzer: String)
    /// Nil: an answer was shown whenever it was tried.
    var lights: IndicatorTest?
    var sound: Sound
    var disk: Disk
    /// `outbox.max_records`.
    var maximumRecords: Int
    /// Whether a codec is in use whose tickets want the platform's keys (`tickets.codecs`).
    var readsKeys: Bool
    /// False without an outbox, or when nothing can be written to it.
    var canStore: Bool
    /// The trusted time; nil when nobody vouches for one.
    var now: WallTime?

    var checks: [SelfTestCheck] {
        // In steps: as one sum it takes the compiler too long.
        var checks = devices(.reader, status.readers)
        checks += devices(.scanner, status.scanners)
        checks += lightChecks
        checks += [soundCheck, diskCheck, clockCheck, platformCheck]
        if status.platform.isPlain { checks.append(SelfTestCheck(part: .platform, finding: .platformPlain)) }
        if status.platform.isAuthorised { checks.append(SelfTestCheck(part: .platform, finding: .platformAuthorised)) }
        checks += certificateChecks + rootChecks
        checks.append(gpsCheck)
        checks += listChecks
        checks += [keysCheck, outboxCheck]
        return checks
    }

    private func devices(_ part: SelfTestCheck.Part, _ sources: [StatusReport.Source]) -> [SelfTestCheck] {
        guard !sources.isEmpty else { return [SelfTestCheck(part: part, finding: .noDevice)] }
        return sources.map { source in
            let finding: SelfTestFinding =
                switch DeviceState(rawValue: source.state) {
                case .ready: .deviceReady
                case .recovering: .deviceRecovering
                case .absent, nil: .deviceAbsent
                }
            let detail = source.detail.contains(source.device) ? source.detail : "\(source.device) \(source.detail)"
            return SelfTestCheck(part: part, subject: source.id, finding: finding, detail: detail)
        }
    }

    private var lightChecks: [SelfTestCheck] {
        guard let lights else { return [SelfTestCheck(part: .light, finding: .lightBusy)] }
        func check(_ part: SelfTestCheck.Part, _ subject: String, _ isShown: Bool, _ folder: String) -> SelfTestCheck {
            SelfTestCheck(part: part, subject: subject, finding: isShown ? .lightShown : .lightFailed, detail: folder)
        }
        return [
            check(.light, "green", lights.green, lightFolders.green), check(.light, "red", lights.red, lightFolders.red),
        ] + (lights.buzzer.map { [check(.buzzer, "", $0, lightFolders.buzzer)] } ?? [])
    }

    private var soundCheck: SelfTestCheck {
        switch sound {
        case .off: SelfTestCheck(part: .sound, finding: .soundOff)
        case .played: SelfTestCheck(part: .sound, finding: .soundPlayed)
        case .missing(let folder): SelfTestCheck(part: .sound, finding: .soundMissing, detail: folder)
        case .failed(let reason): SelfTestCheck(part: .sound, finding: .soundFailed, detail: reason)
        }
    }

    private var diskCheck: SelfTestCheck {
        let longestSync = status.outbox.longestSync ?? .zero
        let probe: DiskProbe
        switch disk {
        case .measured(let measured): probe = measured
        case .failed(let reason): return SelfTestCheck(part: .disk, finding: .diskUnwritable, detail: reason)
        case .stuck: return SelfTestCheck(part: .disk, finding: .diskStuck)
        }
        let finding: SelfTestFinding =
            if probe.freeBytes < Self.fullDisk {
                .diskFull
            } else if probe.syncTime > Self.slowSync || longestSync >= DiskWait.slow {
                .diskSlow
            } else if probe.freeBytes < Self.lowDisk {
                .diskLow
            } else {
                .diskGood
            }
        var detail = "\(probe.freeBytes >> 20) MiB, \(probe.syncTime.wholeMilliseconds) ms"
        if longestSync >= DiskWait.slow { detail += ", \(longestSync.wholeMilliseconds) ms" }
        return SelfTestCheck(part: .disk, finding: finding, detail: detail)
    }

    private var clockCheck: SelfTestCheck {
        guard let source = status.clock.source, source != .none, let offset = status.clock.offset else {
            return SelfTestCheck(part: .clock, finding: .clockUntrusted)
        }
        let isOff = offset > Self.clockTolerance || offset < .zero - Self.clockTolerance
        return SelfTestCheck(
            part: .clock, finding: isOff ? .clockOff : .clockGood,
            detail: "\(source.name), \(offset.wholeMilliseconds) ms")
    }

    private var platformCheck: SelfTestCheck {
        let finding: SelfTestFinding =
            switch status.platform.state {
            case .online: .platformOnline
            case .unknown, nil: .platformUnknown
            case .offline: .platformOffline
            }
        // What has passed by itself is no finding; `status` tells it with its age.
        let hasPassed = finding == .platformOnline && (status.platform.lastErrorAge ?? .zero) >= Self.errorPasses
        return SelfTestCheck(part: .platform, finding: finding, detail: hasPassed ? "" : status.platform.lastError ?? "")
    }

    /// None without a certificate, or without a time to hold it against.
    private var certificateChecks: [SelfTestCheck] {
        guard let certificate = status.platform.certificate, let expiry = certificate.expires else { return [] }
        return certificateCheck(certificate.name, expiry, margin: Self.certificateMargin)
    }

    /// Of the root keys of codes, each that has ended or soon will; else that which ends first. One that has ended is no failure while
    /// others are good.
    private var rootChecks: [SelfTestCheck] {
        let roots = status.lists.keys.roots
        guard !roots.keys.isEmpty else { return roots.areUsed && status.mode.modes.ticketsEnabled ? [missingRoots] : [] }
        let ends = roots.keys.compactMap { root in
            root.end.flatMap { CertificateMonth($0) }.map { (index: root.index ?? 0, end: $0.end) }
        }
        var checks = ends.sorted { $0.end < $1.end }.flatMap { root in
            certificateCheck("root key \(root.index)", root.end, margin: RootKeyWarning.notice, ended: .rootEnded)
        }
        if checks.count(where: { $0.finding == .rootEnded }) == roots.keys.count {
            checks = checks.map {
                SelfTestCheck(part: .certificate, subject: $0.subject, finding: .rootsMissing, detail: $0.detail)
            }
        }
        let trouble = checks.filter { $0.finding != .certificateGood }
        return trouble.isEmpty ? Array(checks.prefix(1)) : trouble
    }

    /// Whoever names no file has none, and misses none.
    private var missingRoots: SelfTestCheck {
        let trouble = status.lists.keys.roots.trouble
        return SelfTestCheck(
            part: .keys, subject: "transport", finding: trouble == nil ? .rootsUnused : .rootsMissing, detail: trouble ?? "")
    }

    private func certificateCheck(
        _ name: String, _ expiry: WallTime, margin: Duration, ended: SelfTestFinding = .certificateExpired
    ) -> [SelfTestCheck] {
        guard let now else { return [] }
        let finding: SelfTestFinding =
            if expiry <= now {
                ended
            } else if expiry - now < margin {
                .certificateEnding
            } else {
                .certificateGood
            }
        return [SelfTestCheck(part: .certificate, subject: name, finding: finding, detail: expiry.timestamp)]
    }

    private var gpsCheck: SelfTestCheck {
        guard status.gps.age != nil else { return SelfTestCheck(part: .gps, finding: .gpsSilent) }
        guard let fix = status.gps.fix, fix != .none else { return SelfTestCheck(part: .gps, finding: .gpsNoFix) }
        return SelfTestCheck(part: .gps, finding: .gpsFix, detail: fix.rawValue)
    }

    private var listChecks: [SelfTestCheck] {
        let modes = status.mode.modes
        return [
            listCheck("cards", status.lists.cards, isNeeded: modes.cardsEnabled),
            listCheck("line", status.lists.line, isNeeded: modes.cardsEnabled && modes.lineListRequired),
        ]
    }

    private func listCheck(_ name: String, _ list: StatusReport.List, isNeeded: Bool) -> SelfTestCheck {
        let count = list.count ?? 0
        let isPresent = list.version != "0" || count > 0
        let finding: SelfTestFinding = isPresent ? .listPresent : isNeeded ? .listMissing : .listUnused
        return SelfTestCheck(
            part: .list, subject: name, finding: finding, detail: isPresent ? "\(count), v\(list.version)" : "")
    }

    private var keysCheck: SelfTestCheck {
        let keys = status.lists.keys
        let finding: SelfTestFinding =
            if keys.ids.isEmpty {
                status.mode.modes.ticketsEnabled && readsKeys ? .keysMissing : .keysUnused
            } else {
                keys.isWeak ? .keysWeak : .keysPresent
            }
        return SelfTestCheck(part: .keys, finding: finding, detail: keys.ids.isEmpty ? "" : "\(keys.ids.count), v\(keys.version)")
    }

    private var outboxCheck: SelfTestCheck {
        let (records, refused) = (status.outbox.records ?? 0, status.outbox.refused ?? 0)
        let percent = records * 100 / max(1, maximumRecords)
        let finding: SelfTestFinding =
            if !canStore {
                .outboxBroken
            } else if percent >= 90 {
                .outboxFull
            } else if percent >= 50 {
                .outboxFilling
            } else if status.platform.state == .online, (status.outbox.oldestAge ?? .zero) > Self.stuckRecord {
                .outboxStuck
            } else if refused > 0 {
                .outboxRefused
            } else {
                .outboxGood
            }
        let reason = status.outbox.lastError.map { finding == .outboxStuck ? ", \($0)" : "" } ?? ""
        return SelfTestCheck(part: .outbox, finding: finding, detail: "\(records) + \(refused), \(percent) %\(reason)")
    }
}
