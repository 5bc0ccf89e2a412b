import Base
import Cryptography
import Fares
import Foundation
import PlatformAPI
import Storage
import ValidatorCore

/// One bus for some days: a whole box among riders, a platform, a link, a receiver and a power supply, all of them from one seed.
///
/// It runs from event to event. After each turn of the box's loop everything that the box promises is checked from outside.
package final class Simulation {
    static let finishedTapsKept = 150
    static let storedPositions = 200

    let seed: UInt64
    let days: Int
    let sabotage: Sabotage?
    private let name: String
    private(set) var disk: SimulatedDisk
    let listFolder: URL
    let codec: VT1Codec
    let codes = TransportCodeOffice()
    /// What every box believes.
    let roots: RootKeySet
    let bus: BusTraits
    package let plan: [Plan.Entry]
    private var nextOfPlan = 0

    /// Chance of the kinds that a plan cannot draw; each its own, so that what is left out of the plan changes little else.
    var linkRandom: SeededGenerator
    var powerRandom: SeededGenerator
    var checkRandom: SeededGenerator
    var now = Instant(nanoseconds: 0)
    var consequences = EventQueue<Consequence>()
    var trace = Trace()
    private(set) var broken: BrokenPromise?

    // The box, and what the world does to it.
    var policy: Policy
    var box: SimulatedBox?
    var clock: BoxClock
    /// What the receiver said last to this run of the box.
    var lastFix: Fix?
    private var graveyard: [SimulatedBox] = []
    private var formerDisks: [SimulatedDisk] = []
    private var lives = 0
    /// When the present life began.
    var lifeBegan = Instant(nanoseconds: 0)
    var hasReceiver = true
    var workingReaders = [true, true, true]
    var isIgnitionOn = true
    /// Switched off in good order, or for the night: only the ignition, or the morning, brings it back.
    var isSwitchedOff = true
    var weather = Weather.calm
    var isAtDepot = false
    var isKillDueBeforeLight = false
    var isDiskInTrouble = false
    /// Since when the disk misbehaves or did in this life.
    var diskTroubleSince: Instant?

    // The model of what must be.
    var platform: SimulatedPlatform
    var office: TicketOffice
    package internal(set) var ledger = TapLedger()
    var visits: VisitBook
    var heartbeats = HeartbeatModel()
    var cardModel: ListModel
    var lineModel: ListModel
    var stateModel = StateModel()
    /// The box's keys as they were last found to be the platform's.
    var knownKeys: KeyGroup?
    var uploadsUnderWay: Set<ExchangeID> = []
    var othersUnderWay: Set<ExchangeID> = []
    /// In which life of the box it was told that the platform has taken an upload.
    var acknowledged: [UniqueID: Int] = [:]
    /// The first life that must still know it, since the ends of those before it were orderly.
    var firstKnowingLife = 1
    /// Whoever is at a reader while the box handles just that.
    var presenting: TapLedger.TapName?
    /// Single rides accepted in a turn that is not committed.
    var ridesOfTurn: Set<Int> = []
    /// What may set off downloads: publications and restarts.
    var reasonsToDownload: [Instant] = []
    private var stepsOfHour = (hour: Int64(0), count: 0)
    package private(set) var steps = 0
    package private(set) var cuts = 0
    /// How often another box took over.
    package private(set) var swaps = 0
    /// What the last one was given.
    var takeoverFiles: [[UInt8]] = []
    /// The power goes at that access to the disk of the next start.
    var cutOfNextStart: Int?

    /// - Parameters:
    ///   - name: unique among the simulations of the process.
    ///   - keep: the numbers of what happens; nil: everything.
    package init(name: String, seed: UInt64, days: Int, sabotage: Sabotage? = nil, keep: Set<Int>? = nil) throws {
        (self.name, self.seed, self.days, self.sabotage) = (name, seed, days, sabotage)
        var random = SeededGenerator(seed: seed)
        disk = SimulatedDisk(name: name, seed: random.next())
        disk.lies = sabotage == .lieAboutSync
        // Snapshots are real files; in memory where there is such a folder, since here nothing of them is lost at a cut.
        let memory = URL(fileURLWithPath: "/dev/shm")
        let parent = FileManager.default.isWritableFile(atPath: memory.path) ? memory : FileManager.default.temporaryDirectory
        listFolder = parent.appendingPathComponent("validator-\(name)-\(ProcessInfo.processInfo.processIdentifier)")
        try? FileManager.default.removeItem(at: listFolder)
        try FileManager.default.createDirectory(at: listFolder, withIntermediateDirectories: true)
        clock = BoxClock(boot: UniqueID(high: seed, low: 0), booted: now, systemError: .zero)
        bus = BusTraits(boot: clock.boot, using: &random)
        policy = bus.policy
        let whole = Plan(seed: random.next(), days: days, bus: bus)
        plan = whole.keeping(keep)
        codec = VT1Codec(authenticator: Libcrypto(), secret: policy.tickets.secret)
        roots = try codes.roots
        office = TicketOffice(codec: codec, codes: codes, plans: whole.tickets)
        platform = SimulatedPlatform(
            policy: policy, universe: bus.universe, seed: seed, truncatesLists: sabotage == .truncateLists)
        visits = VisitBook(sources: policy.sources, isFollowed: policy.tracksReadEvents)
        cardModel = ListModel(kind: .cards, unlisted: policy.unlisted)
        lineModel = ListModel(kind: .line, unlisted: .removed)
        linkRandom = SeededGenerator(seed: random.next())
        powerRandom = SeededGenerator(seed: random.next())
        checkRandom = SeededGenerator(seed: random.next())
    }

    deinit {
        // What is still open must not write: the power is gone.
        disk.cutPower(atCall: 1)
        box = nil
        graveyard = []
        try? FileManager.default.removeItem(at: listFolder)
    }

    /// Whether this bus is one of those that the fault concerns.
    package func canShow(_ sabotage: Sabotage) -> Bool {
        switch sabotage {
        case .forgetOngoingReadings, .dropSightings: bus.followsVisits
        case .loseHandedOver: plan.contains { if case .technician(.swapBox) = $0.happening { true } else { false } }
        case .neverShutDown, .shutDownInDisorder: bus.hasIgnitionLine
        case .neverPark: bus.hasIgnitionLine && policy.parkedInterval > policy.reportInterval * 2
        default: true
        }
    }

    /// Runs to the end, or to the first broken promise.
    package func run() -> BrokenPromise? {
        let end = TrueTime.instant(day: days, hour: 0)
        while broken == nil, let due = nextDue, due < end {
            now = max(now, due)
            step()
        }
        return broken
    }

    private var nextDue: Instant? {
        var due = consequences.nextDue
        if nextOfPlan < plan.count { due = min(due ?? plan[nextOfPlan].due, plan[nextOfPlan].due) }
        guard let box else { return due }
        return due.map { min($0, box.nextDue) } ?? box.nextDue
    }

    /// One turn of the box's loop: all that is due now, one commit, the lights.
    private func step() {
        steps += 1
        while nextOfPlan < plan.count, plan[nextOfPlan].due <= now {
            nextOfPlan += 1
            happen(plan[nextOfPlan - 1].happening)
        }
        while let consequence = consequences.take(dueAt: now) { follow(consequence) }
        if let box, box.nextDue <= now { box.wake(at: now) }
        while let box, box.hasTurn { now = box.endTurn(at: now, latency: powerRandom.seconds(0.001...0.02)) }
        if let box, box.isDead { bury(box, disk.isOff ? .powerLost : box.hasShutDown ? .shutDown : .killed) }
        checkPromises()
        countStep()
    }

    /// A timer that is always due would burn the processor.
    private func countStep() {
        let hour = now.nanoseconds / 3_600_000_000_000
        if hour != stepsOfHour.hour { stepsOfHour = (hour, 0) }
        stepsOfHour.count += 1
        if stepsOfHour.count > 50_000 { report(.boundsHold, "\(stepsOfHour.count) turns in an hour") }
    }

    // MARK: Lives of the box

    /// The next life is that of another box, whose disk is empty.
    func changeDisk() {
        swaps += 1
        // Dead boxes hold theirs open.
        formerDisks.append(disk)
        disk = SimulatedDisk(name: "\(name)-\(swaps)", seed: powerRandom.next())
        disk.lies = sabotage == .lieAboutSync
        try? FileManager.default.removeItem(at: listFolder)
        try? FileManager.default.createDirectory(at: listFolder, withIntermediateDirectories: true)
    }

    func start(isNewBoot: Bool) {
        guard box == nil, !isSwitchedOff else { return }
        // A box that has not heard the first one cannot know that it is repeated.
        lastFix = nil
        if isNewBoot {
            disk.restart()
            isDiskInTrouble = false
            clock = BoxClock(boot: UniqueID(high: seed, low: powerRandom.next()), booted: now, systemError: drawSystemError())
            policy.boot = clock.boot
            if let cut = cutOfNextStart {
                disk.cutPower(atCall: cut)
                consequences.add(.powerGone, at: now + .seconds(5))
                cutOfNextStart = nil
            }
        }
        var limits = OutboxLimits(positions: Self.storedPositions)
        limits.finishedTaps = Self.finishedTapsKept
        var boxPolicy = policy
        if sabotage == .acceptExpiredTickets { boxPolicy.tickets.skew = .seconds(7200) }
        if sabotage == .neverPark { boxPolicy.parkedInterval = .zero }
        do {
            let started = try SimulatedBox(
                life: lives + 1, policy: boxPolicy, disk: disk, limits: limits, listFolder: listFolder.path,
                clock: clock, ignition: bus.hasIgnitionLine ? (bus.ignitionOffDelay, bus.ignitionOffMaximum) : nil,
                at: now, seed: powerRandom.next(), sabotage: sabotage, observer: self)
            lives += 1
            guard !disk.isOff else {
                started.kill()
                return bury(started, .powerLost)
            }
            box = started
            lifeBegan = now
            diskTroubleSince = isDiskInTrouble ? now : nil
            reasonsToDownload.append(now)
            knownKeys = nil
            observeRestart(of: started)
            heartbeats.begin(at: now, interval: policy.reportInterval, parked: policy.parkedInterval)
            started.handle(.set(.roots(roots)), at: now)
            started.handle(.timer, at: now)
            for (reader, isWorking) in workingReaders.enumerated() where !isWorking {
                started.handle(.readerState(reader, isWorking: false), at: now)
            }
            if bus.hasIgnitionLine { setIgnition(isIgnitionOn) }
        } catch {
            note { "the outbox does not open: \(error)" }
            guard !disk.isOff else { return consequences.add(.start(isNewBoot: true), at: now + .seconds(20)) }
            if diskTroubleSince == nil { report(.outboxStaysSound, "\(error)") }
            consequences.add(.start(isNewBoot: false), at: now + .seconds(2))
        }
    }

    enum Death { case killed, powerLost, shutDown }

    /// Takes a dead box away and plans its next life.
    func bury(_ dead: SimulatedBox, _ death: Death) {
        cuts += 1
        // Closed in an orderly way it would write what a killed program cannot.
        graveyard.append(dead)
        box = nil
        (uploadsUnderWay, othersUnderWay) = ([], [])
        ridesOfTurn = []
        isKillDueBeforeLight = false
        ledger.boxDied()
        // Off at once, or after the kernel has written what it holds.
        let isWrittenOut = death == .shutDown && powerRandom.chance(0.5)
        let isInOrder = death == .shutDown && diskTroubleSince == nil
        visits.boxDied(
            at: now, isPowerLost: death == .powerLost, isInOrder: isInOrder, troubleSince: diskTroubleSince)
        stateModel.boxDied(at: now, troubleSince: diskTroubleSince)
        if !isInOrder { firstKnowingLife = dead.life + 1 }
        switch death {
        case .killed: consequences.add(.start(isNewBoot: false), at: now + powerRandom.seconds(0.3...4))
        case .powerLost:
            restoreRemovedFiles()
            consequences.add(.start(isNewBoot: true), at: now + powerRandom.seconds(8...120))
        case .shutDown:
            note { "the box has shut down" }
            if isIgnitionOn { report(.shutsDownInTime, "the ignition is on") }
            isSwitchedOff = true
            if isWrittenOut { disk.writeOut() } else { disk.cutPower(atCall: 1) }
        }
    }

    /// System clocks of boxes without a battery begin anew, or where the last shutdown left them; a few run ahead.
    private func drawSystemError() -> Duration {
        if powerRandom.chance(0.4) { return .zero }
        if powerRandom.chance(0.15) { return powerRandom.minutes(1...2000) }
        return powerRandom.chance(0.6) ? WallTime(seconds: 100) - TrueTime.wall(at: now) : powerRandom.minutes(-180 ... -1)
    }

    // MARK: Telling

    func note(_ text: @escaping () -> String) { trace.note(at: now, text) }

    func report(_ promise: Promise, _ detail: String) {
        guard broken == nil else { return }
        broken = BrokenPromise(promise: promise, detail: detail, seed: seed, time: now, trace: trace.lines)
    }

    func collectFindings() {
        // After each turn, and nearly always in vain.
        guard !ledger.findings.isEmpty || !visits.findings.isEmpty || !cardModel.findings.isEmpty || !lineModel.findings.isEmpty
        else { return }
        for finding in ledger.takeFindings() + visits.takeFindings() + cardModel.takeFindings() + lineModel.takeFindings() {
            report(finding.promise, finding.detail)
        }
    }
}
