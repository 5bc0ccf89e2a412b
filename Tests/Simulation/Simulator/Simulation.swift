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
    let disk: SimulatedDisk
    let listFolder: URL
    let codec: VT1Codec
    let universe: [CardNumber]

    var random: SeededGenerator
    var now = Instant(nanoseconds: 0)
    var queue = EventQueue<Happening>()
    var trace = Trace()
    private(set) var broken: BrokenPromise?

    // The box, and what the world does to it.
    var policy: Policy
    var box: SimulatedBox?
    var clock: BoxClock
    private var graveyard: [SimulatedBox] = []
    private var lives = 0
    var hasReceiver = true
    var weather = Weather.calm
    var isAtDepot = false
    /// Since when the disk misbehaves or did in this life.
    var diskTroubleSince: Instant?

    // The model of what must be.
    var platform: SimulatedPlatform
    var office: TicketOffice
    package internal(set) var ledger = TapLedger()
    var cardModel: ListModel
    var lineModel: ListModel
    var stateModel = StateModel()
    var exchanges: [ExchangeID: Exchange] = [:]
    /// In which life of the box it was told that the platform has taken an upload.
    var acknowledged: [UniqueID: Int] = [:]
    /// Whoever is at a reader while the box handles just that.
    var presenting: TapLedger.TapName?
    /// Single rides accepted in a turn that is not committed.
    var ridesOfTurn: Set<Int> = []
    /// What may set off downloads: publications and restarts.
    var reasonsToDownload: [Instant] = []
    private var stepsOfHour = (hour: Int64(0), count: 0)
    package private(set) var steps = 0
    package private(set) var cuts = 0

    /// - Parameter name: unique among the simulations of the process.
    package init(name: String, seed: UInt64, days: Int, sabotage: Sabotage? = nil) throws {
        (self.seed, self.days, self.sabotage) = (seed, days, sabotage)
        var random = SeededGenerator(seed: seed)
        disk = SimulatedDisk(name: name, seed: random.next())
        // Snapshots are real files; in memory where there is such a folder, since here nothing of them is lost at a cut.
        let memory = URL(fileURLWithPath: "/dev/shm")
        let parent = FileManager.default.isWritableFile(atPath: memory.path) ? memory : FileManager.default.temporaryDirectory
        listFolder = parent.appendingPathComponent("validator-\(name)-\(ProcessInfo.processInfo.processIdentifier)")
        try? FileManager.default.removeItem(at: listFolder)
        try FileManager.default.createDirectory(at: listFolder, withIntermediateDirectories: true)
        clock = BoxClock(boot: UniqueID(high: seed, low: 0), booted: now, systemError: .zero)
        policy = Policy.drawn(boot: clock.boot, using: &random)
        codec = VT1Codec(authenticator: LibcryptoAuthenticator(), secret: policy.ticketSecret)
        office = TicketOffice(codec: codec)
        universe = (0..<40).compactMap { index in
            let digits = [8, 8, 14, 20][index % 4]
            let text = String(repeating: "0", count: digits) + String(random.next(), radix: 16)
            return CardNumber(text.suffix(digits))
        }
        self.random = random
        platform = SimulatedPlatform(
            policy: policy, universe: universe, seed: seed, truncatesLists: sabotage == .truncateLists)
        cardModel = ListModel(kind: .cards, unlisted: policy.unlisted)
        lineModel = ListModel(kind: .line, unlisted: .removed)
    }

    deinit {
        // What is still open must not write: the power is gone.
        disk.cutPower(atCall: 1)
        box = nil
        graveyard = []
        try? FileManager.default.removeItem(at: listFolder)
    }

    /// Runs to the end, or to the first broken promise.
    package func run() -> BrokenPromise? {
        for day in 0..<days { plan(day: day) }
        let end = TrueTime.instant(day: days, hour: 0)
        while broken == nil, let due = nextDue, due < end {
            now = max(now, due)
            step()
        }
        return broken
    }

    private var nextDue: Instant? {
        guard let box else { return queue.nextDue }
        return queue.nextDue.map { min($0, box.nextDue) } ?? box.nextDue
    }

    /// One turn of the box's loop: all that is due now, one commit, the lights.
    private func step() {
        steps += 1
        while let happening = queue.take(dueAt: now) { happen(happening) }
        if let box, box.nextDue <= now { box.wake(at: now) }
        while let box, box.hasTurn { now = box.endTurn(at: now, latency: random.seconds(0.001...0.02)) }
        if let box, box.isDead { bury(box, isPowerGone: disk.isOff) }
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

    func start(isNewBoot: Bool) {
        guard box == nil else { return }
        if isNewBoot {
            disk.restart()
            clock = BoxClock(boot: UniqueID(high: seed, low: random.next()), booted: now, systemError: drawSystemError())
            policy.boot = clock.boot
        }
        var limits = OutboxLimits(positions: Self.storedPositions)
        limits.finishedTaps = Self.finishedTapsKept
        var boxPolicy = policy
        if sabotage == .acceptExpiredTickets { boxPolicy.ticketSkew = .seconds(7200) }
        do {
            let started = try SimulatedBox(
                life: lives + 1, policy: boxPolicy, codec: codec, disk: disk, limits: limits, listFolder: listFolder.path,
                clock: clock,
                at: now, seed: random.next(), sabotage: sabotage, observer: self)
            lives += 1
            box = started
            diskTroubleSince = diskTroubleSince == nil ? nil : now
            reasonsToDownload.append(now)
            observeRestart(of: started)
            started.handle(.timer, at: now)
        } catch {
            note { "the outbox does not open: \(error)" }
            if diskTroubleSince == nil { report(.outboxStaysSound, "\(error)") }
            queue.add(.start(isNewBoot: false), at: now + .seconds(2))
        }
    }

    /// Takes a dead box away and plans its next life.
    func bury(_ dead: SimulatedBox, isPowerGone: Bool) {
        cuts += 1
        // Closed in an orderly way it would write what a killed program cannot.
        graveyard.append(dead)
        box = nil
        exchanges = [:]
        ridesOfTurn = []
        ledger.boxDied()
        stateModel.boxDied(at: now, troubleSince: diskTroubleSince)
        let pause = isPowerGone ? random.seconds(8...120) : random.seconds(0.3...4)
        queue.add(.start(isNewBoot: isPowerGone), at: isAtNight ? morning : now + pause)
    }

    /// System clocks of boxes without a battery begin anew, or where the last shutdown left them.
    private func drawSystemError() -> Duration {
        if random.chance(0.4) { return .zero }
        return random.chance(0.6) ? WallTime(seconds: 100) - TrueTime.wall(at: now) : random.minutes(-180 ... -1)
    }

    // MARK: Telling

    func note(_ text: @escaping () -> String) { trace.note(at: now, text) }

    func report(_ promise: Promise, _ detail: String) {
        guard broken == nil else { return }
        broken = BrokenPromise(promise: promise, detail: detail, seed: seed, time: now, trace: trace.lines)
    }

    func collectFindings() {
        for finding in ledger.takeFindings() + cardModel.takeFindings() + lineModel.takeFindings() {
            report(finding.promise, finding.detail)
        }
    }
}

extension Policy {
    /// The settings of one bus.
    static func drawn(boot: UniqueID, using random: inout SeededGenerator) -> Policy {
        var policy = Policy(boot: boot, buildDate: TrueTime.buildDate)
        policy.sources = [
            Source(id: "front", kind: .reader(.hex), repeatInterval: .seconds(2)),
            Source(id: "rear", kind: .reader(.hex), repeatInterval: .seconds(10)),
            Source(id: "gate", kind: .reader(.hex), decides: false),
            Source(id: "front scanner", kind: .scanner, repeatInterval: .seconds(5)),
            Source(id: "rear scanner", kind: .scanner, repeatInterval: .seconds(2)),
        ]
        policy.reportInterval = .seconds(120)
        policy.unlisted = random.chance(0.7) ? .blocked : .removed
        policy.offlineUploads = random.chance(0.8) ? .checkAndLog : .log
        policy.latePositions = random.chance(0.7) ? .send : .drop
        policy.checkWindow = random.chance(0.7) ? .enforce : .ignore
        policy.acceptedCodes = random.chance(0.5) ? [SimulatedPlatform.duplicateCode] : []
        policy.finalCodes = [SimulatedPlatform.finalCode]
        policy.fallbackCodes = [SimulatedPlatform.fallbackCode]
        policy.ticketSecret = random.chance(0.5) ? Array("a secret".utf8) : []
        policy.maximumRecords = random.chance(0.25) ? 60 : 5000
        policy.concurrency = Int.random(in: 1...4, using: &random)
        return policy
    }
}
