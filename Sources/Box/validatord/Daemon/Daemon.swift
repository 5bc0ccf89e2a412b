import Base
import BoxConfiguration
import BoxEngine
import ControlProtocol
import Cryptography
import Dispatch
import Fares
import Glibc
import Hardware
import Kernel
import Logging
import OperatingSystem
import ReadEventServing
import SQLite
import Storage
import Transport
import ValidatorCore

/// The wiring of the box: edges report events to the engine, and what it wants done is handed to the edges.
final class Daemon {
    /// What riders find.
    enum State {
        /// There is no outbox yet: without one there is no record, and without a record no decision.
        case outOfService
        case serving(Box)
        /// Another box has this one's identity; the program is about to end.
        case handedOver
    }

    /// Between attempts to open an outbox that could not be opened; meanwhile the box is out of service.
    private static let reopenDelay = Duration.seconds(2)
    /// What the service manager is asked to wait for the outbox at the start, and at the end for what is still to be written.
    private static let longestOpening = Duration.seconds(600)
    private static let longestEnding = Duration.seconds(60)

    let configuration: Configuration
    /// The file that it was read from.
    let configurationPath: String
    let started = Clocks.now().instant
    let logOutput: LogOutput
    private let logger: Logger
    let boot: UniqueID
    let timeZone: SystemTimeZone
    let epoll: InnerEpoll
    let policy: Policy
    private let refusal: OutOfService
    private var state = State.outOfService
    var readEvents: ReadEventServer?
    var platform: PlatformClient?
    var certificates: CertificateKeeper?
    private(set) var announcer: Announcer?
    var readers: [CardReader] = []
    var scanners: [Scanner] = []
    /// Each reader's latest card, for a technician who asks how the operator's lists would write it.
    var latestCards: [CardProbe.Sighting?] = []
    /// Each scanner's latest code, for a technician who asks what became of it.
    var latestCodes: [ScannedCode?] = []
    /// Why the file of root keys was not taken when it was last read.
    var rootsTrouble: String?
    var receiver: GPSReceiver?
    var modem: ModemKeeper?
    var ignition: IgnitionKeeper?
    private(set) var selfTestRunner: SelfTestRunner?
    let service = ServiceManager()
    /// The one place beside the loop: it owns nothing but the file that it writes, and is handed a finished list.
    let snapshotWriter = DispatchQueue(label: "list snapshots", qos: .utility)
    private var control: ControlServer?
    private var auditThrottle = AuditThrottle()
    private var auditTimer: OneShotTimer?
    private var watchdog: Watchdog?
    private(set) var diskWait = DiskWait()
    private var timer: OneShotTimer?
    private var reopenTimer: OneShotTimer?
    private var termination: SignalSource?
    private var interruption: SignalSource?
    private var hangUp: SignalSource?
    private var isTurnScheduled = false
    var collectionsReturned = 0
    private var reopenComplaint: String?

    init(_ configuration: Configuration, from path: String, log: LogOutput) throws {
        self.configuration = configuration
        configurationPath = path
        logOutput = log
        logger = Logger(label: "validatord") { _ in JournalLogHandler(output: log) }
        timeZone = try SystemTimeZone(name: configuration.platform.timeZone)
        boot = try Clocks.bootID()
        epoll = try InnerEpoll()
        var policy = configuration.policy(boot: boot, buildDate: Release.date)
        policy.listBytes = MemoryLimit.forLists()
        self.policy = policy
        refusal = OutOfService(sources: policy.sources)
        control = try ControlServer(
            path: configuration.device.controlSocket, epoll: epoll,
            onTrouble: { [weak self] in self?.note(Notice(.warning, "control socket: \($0)")) },
            onEnd: { [weak self] peer in for line in peer.collectionTrail() { self?.audit(line) } },
            respond: { [weak self] line, peer in
                guard let self else { return [] }
                return ControlDispatcher.reply(to: line, of: peer, from: self)
            })
        termination = SignalSource(SIGTERM) { [weak self] in self?.stop() }
        interruption = SignalSource(SIGINT) { [weak self] in self?.stop() }
        hangUp = SignalSource(SIGHUP) { [weak self] in
            self?.readEvents?.reload()
            self?.takeRoots()
            if let self, let platform { takeAuthorization(for: platform) }
        }
        if let settings = configuration.management.readEvents {
            readEvents = try ReadEventServer(settings, epoll: epoll) { [weak self] in self?.note($0) }
            readEvents?.add(devices: configuration.readers.map(\.id))
        }
    }

    /// Begins to work. The decisions come first: everything that they need is on disk.
    func start() {
        // To count an outbox of half a gigabyte takes a worn card minutes.
        service?.extendTimeout(by: Self.longestOpening)
        note(Notice(.info, "validatord \(Release.text) starts as \(configuration.device.id)"))
        let announcer = Announcer(configuration, logger: logger) { [weak self] in self?.note($0) }
        self.announcer = announcer
        selfTestRunner = SelfTestRunner(
            announcer, configuration, status: { [weak self] in self?.status() },
            canStore: { [weak self] in self?.canStore ?? false }, trustedTime: { [weak self] in self?.trustedTime })
        timer = OneShotTimer { [weak self] in self?.wake() }
        auditTimer = OneShotTimer { [weak self] in
            guard let self else { return }
            tellTrail(auditThrottle.elapsed(at: Clocks.now().instant))
        }
        reopenTimer = OneShotTimer { [weak self] in self?.openOutbox() }
        openOutbox()
        startDevices()
        service?.ready()
        watchdog = Watchdog(
            service, stateFolder: configuration.device.stateFolder, canStore: { [weak self] in self?.canStore ?? false },
            onNotice: { [weak self] in self?.note($0) })
    }

    func stop(exitCode: Int32 = 0) {
        note(Notice(.info, "validatord stops"))
        service?.stopping()
        service?.extendTimeout(by: Self.longestEnding)
        handle(.stopping)
        box?.flush()
        modem?.stop()
        announcer?.switchOff()
        control?.stop()
        readEvents?.stop()
        exit(exitCode)
    }

    func note(_ notice: Notice) {
        logger.log(level: Logger.Level(notice.level), "\(notice.text)")
    }

    func audit(_ line: AuditLine) {
        tellTrail(auditThrottle.happened(line, at: Clocks.now().instant))
    }

    private func tellTrail(_ notices: [Notice]) {
        for notice in notices { note(notice) }
        auditTimer?.schedule(at: auditThrottle.due)
    }

    // MARK: The engine

    /// The engine, while riders are served.
    var box: Box? {
        if case .serving(let box) = state { box } else { nil }
    }

    var trustedTime: WallTime? { box?.validator.clock.trusted(at: Clocks.now()) }

    /// A file system that the kernel has made read-only after an error says so here before the next rider finds out.
    private var canStore: Bool {
        guard let box else { return false }
        return unsafe box.failingSince == nil && access(configuration.device.stateFolder, W_OK) == 0
    }

    func handle(_ event: Event, at moment: Moment = Clocks.now()) {
        if let box {
            box.handle(event, at: moment)
            plan(box)
        } else if let answer = refusal.answer(to: event, at: moment) {
            announce(answer)
        }
    }

    private func wake() {
        guard let box else { return }
        box.wake()
        plan(box)
    }

    /// The end of a turn is queued behind every event that is waiting already.
    private func plan(_ box: Box) {
        if box.wantsTurn, !isTurnScheduled {
            isTurnScheduled = true
            DispatchQueue.main.async { self.endTurn() }
        }
        timer?.schedule(at: box.nextDue)
    }

    private func endTurn() {
        isTurnScheduled = false
        guard let box else { return }
        box.endTurn()
        plan(box)
    }

    func snapshotWritten(_ kind: ListKind, _ result: Result<SnapshotID, StorageError>) {
        guard let box else { return }
        box.snapshotWritten(kind, result)
        plan(box)
    }

    /// No ride is recorded any more. What was delivered is marked as such before the outbox is closed.
    func retire() {
        box?.flush()
        state = .handedOver
    }

    /// A damaged file is set aside when it is opened, and what is in it counted anew, so a fresh start is the way out; systemd
    /// gives it. Of one that was miscounted a copy is kept, so that somebody can find out why.
    func stop(because error: StorageError) {
        note(Notice(.error, "\(error); starting anew"))
        if error.kind == .miscounted {
            do throws(StorageError) {
                note(Notice(.error, "a copy of the outbox is kept as \(try Outbox.copyAside(outboxPath)): send it in"))
            } catch {
                note(Notice(.error, "no copy of the outbox is kept: \(error)"))
            }
        }
        control?.stop()
        exit(Program.systemError)
    }

    // MARK: Beginning to serve

    private var outboxPath: String { configuration.device.stateFolder + "/outbox.db" }

    private func openOutbox() {
        do throws(StorageError) {
            let limits = OutboxLimits(positions: configuration.outbox.maximumPositions)
            var outbox = try Outbox(path: outboxPath, limits: limits)
            outbox.onSync = { [weak self] in self?.diskWaits($0) }
            serve(
                try BoxStart(
                    outbox, BoxSettings(folder: configuration.device.stateFolder, deviceID: configuration.device.id),
                    policy: policy))
        } catch {
            let text = "out of service: \(error)"
            if reopenComplaint != text { note(Notice(.error, text)) }
            reopenComplaint = text
            reopenTimer?.schedule(after: Self.reopenDelay)
        }
    }

    private func diskWaits(_ stage: SyncStage) {
        let now = Clocks.now().instant
        watchdog?.feed(now)
        if let notice = diskWait.take(stage, at: now) { note(notice) }
    }

    private func serve(_ start: consuming BoxStart) {
        for notice in start.notices { note(notice) }
        let restored = start.restored
        var system = SystemRandomNumberGenerator()
        let random = SeededGenerator(seeds: (system.next(), system.next(), system.next(), system.next()))
        platform = makePlatformClient()
        state = .serving(Box(start, policy: policy, cryptography: Libcrypto(), random: random, ids: system, ports: self))
        note(
            Notice(
                .info,
                """
                in service: \(restored.cards.cards.count) cards (version \(restored.cards.version)), \
                \(restored.line.cards.count) on the line (version \(restored.line.version)), \(box?.counts.records ?? 0) records to upload
                """))
        takeRoots()
        handle(.timer)
        startVehicle()
    }
}
