import Base
import BoxEngine
import ControlProtocol
import Fares
import Hardware
import OperatingSystem
import Storage
import Transport
import ValidatorCore

/// What the daemon says of itself. To ask changes nothing: what waits to be written goes on waiting.
extension Daemon {
    func status() -> StatusReport {
        let moment = Clocks.now()
        let now = box?.validator.clock.trusted(at: moment)
        var report = StatusReport()
        report.deviceID = configuration.device.id
        report.version = Release.text
        report.configurationFile = configurationPath
        report.uptime = moment.instant - started
        report.mode.modes = box?.validator.state.modes ?? Modes()
        report.mode.window = (box?.validator.state.window).map(StatusReport.Window.init)
        report.lists.cards = StatusReport.List(box?.validator.cards ?? HeldList(), at: now)
        report.lists.line = StatusReport.List(box?.validator.line ?? HeldList(), at: now)
        report.lists.keys = StatusReport.Keys(box?.validator.state.keys ?? KeyRing(), at: now)
        report.lists.keys.isWeak = configuration.tickets.settings.secret.isEmpty
        report.lists.keys.roots = StatusReport.Roots(box?.validator.state.roots ?? RootKeySet())
        report.lists.keys.roots.areUsed = configuration.tickets.settings.codecs.contains(.transport)
        report.lists.keys.roots.trouble = rootsTrouble
        report.outbox = StatusReport.Outbox(box?.expectedCounts ?? OutboxCounts())
        report.outbox.oldestAge = box?.oldestPending().map { box?.validator.age(of: $0, at: moment) ?? .zero }
        report.outbox.longestSync = diskWait.longest
        let fault = box?.validator.link.lastUploadFault
        (report.outbox.lastError, report.outbox.lastErrorCall) = (fault?.text, fault?.call.rawValue)
        report.outbox.lastErrorAge = fault.map { moment.instant - $0.at }
        report.gps = position(at: moment.instant)
        report.readers = readers.map { StatusReport.Source($0, at: moment.instant) }
        report.scanners = scanners.map { StatusReport.Source($0, at: moment.instant) }
        for index in report.readers.indices {
            report.readers[index].unrecordedRefusals = box?.inspect { $0.unrecordedRefusals(of: index) }
        }
        for index in report.scanners.indices {
            report.scanners[index].unrecordedRefusals = box?.inspect { $0.unrecordedRefusals(of: readers.count + index) }
        }
        report.platform = platformStatus(at: moment.instant)
        report.clock = clock(at: moment)
        report.modem = StatusReport.Modem(modem?.state ?? .unknown, modem?.dataUse ?? DataUse())
        report.vehicle.ignition = (ignition?.isOn).map { $0 ? .on : .off }
        report.vehicle.shutdown = (ignition?.shutdown).map { max(.zero, $0 - moment.instant) }
        report.vehicle.isParked = box?.validator.isParked(at: moment.instant) ?? false
        report.latency = (announcer?.latency ?? TapLatency()).report
        report.memoryKilobytes = ProcessMemory.residentKilobytes()
        return report
    }

    private func position(at now: Instant) -> StatusReport.GPS {
        var report = StatusReport.GPS()
        report.fix = StatusReport.GPS.Fix.none
        guard let (fix, at) = box?.validator.receiverReport(at: now) else { return report }
        report.age = now - at
        // What is too old to be reported is not shown as where the bus is either.
        guard let position = box?.validator.position(at: now) else { return report }
        report.fix = StatusReport.GPS.Fix(fix.quality)
        report.latitude = position.latitude
        report.longitude = position.longitude
        // As exact as heartbeats say it.
        report.speedKilometresPerHour = position.speedKilometresPerHour.map { ($0 * 10).rounded() / 10 }
        report.course = position.course.map { ($0 * 10).rounded() / 10 }
        return report
    }

    private func platformStatus(at now: Instant) -> StatusReport.Platform {
        var report = StatusReport.Platform()
        report.state =
            switch box?.validator.link.state {
            case nil, .unknown: .unknown
            case .up: .online
            case .down: .offline
            }
        report.isPlain = configuration.platform.isPlain
        report.isAuthorised = platform?.authorization != nil
        report.lastSuccessAge = (box?.validator.link.lastSuccess).map { now - $0 }
        let fault = box?.validator.link.lastFault
        (report.lastError, report.lastErrorCall) = (fault?.text, fault?.call.rawValue)
        report.lastErrorAge = fault.map { now - $0.at }
        report.certificate = (certificates?.soonest).map { StatusReport.Certificate(name: $0.name, expires: $0.expiry) }
        return report
    }

    private func clock(at moment: Moment) -> StatusReport.Clock {
        guard let (wall, source) = box?.validator.clock.reading(at: moment), source != .none else {
            return StatusReport.Clock(source: .none, offset: nil)
        }
        return StatusReport.Clock(source: source, offset: wall - moment.system)
    }
}

extension Validator {
    /// How long ago something happened: by the monotonic clock within one boot, else by the calendar.
    nonisolated fileprivate func age(of stamp: Stamp, at moment: Moment) -> Duration {
        stamp.boot == policy.boot
            ? moment.instant - stamp.instant : max(.zero, clock.reading(at: moment).wall - stamp.wall)
    }
}
