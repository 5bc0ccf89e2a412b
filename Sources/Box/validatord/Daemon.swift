import Base
import Cryptography
import Fares
import Glibc
import Hardware
import Kernel
import Logging
import OperatingSystem
import PlatformAPI
import ReadEventServing
import ReadEvents
import SQLite
import Storage
import Transport
import ValidatorCore

/// The wiring: edges report events, the validator decides, its effects are carried out. Nothing is decided here.
final class Daemon {
    /// Between attempts to open an outbox that could not be opened; meanwhile the box is out of service.
    private static let reopenDelay = Duration.seconds(2)

    let configuration: Configuration
    /// The file that it was read from.
    let configurationPath: String
    let started = Clocks.now().instant
    let logOutput: LogOutput
    private let logger: Logger
    private let boot: UniqueID
    private let timeZone: SystemTimeZone
    private let epoll: InnerEpoll
    /// Nil until there is an outbox: without one there is no record, and without a record no decision.
    private(set) var validator: Validator?
    private(set) var outbox: OutboxKeeper?
    private(set) var platform: PlatformClient?
    private(set) var certificates: CertificateKeeper?
    private(set) var announcer: Announcer?
    private(set) var readers: [CardReader] = []
    private(set) var scanners: [Scanner] = []
    /// Each reader's latest card, for a technician who asks how the operator's lists would write it.
    private(set) var latestCards: [CardProbe.Sighting?] = []
    private var lists: ListKeeper?
    private var receiver: GPSReceiver?
    private var control: ControlServer?
    private(set) var readEvents: ReadEventServer?
    private(set) var modem: ModemKeeper?
    private(set) var ignition: IgnitionKeeper?
    let service = ServiceManager()
    private var watchdog: Watchdog?
    private(set) var selfTestRunner: SelfTestRunner?
    private var events: EventQueue?
    private var timer: OneShotTimer?
    private var reopenTimer: OneShotTimer?
    private var reloadTimer: OneShotTimer?
    private var termination: SignalSource?
    private var interruption: SignalSource?
    private var hangUp: SignalSource?
    /// When each tap of this turn was decided, and then, while they are answered, the whole timing of each.
    private var decided: [Instant] = []
    private var timings: ArraySlice<Announcer.Timing> = []
    private var reopenComplaint: String?

    init(_ configuration: Configuration, from path: String, log: LogOutput) throws {
        self.configuration = configuration
        configurationPath = path
        logOutput = log
        logger = Logger(label: "validatord") { _ in JournalLogHandler(output: log) }
        timeZone = try SystemTimeZone(name: configuration.platform.timeZone)
        boot = try Clocks.bootID()
        epoll = try InnerEpoll()
        control = try ControlServer(path: configuration.device.controlSocket, epoll: epoll) { [weak self] line in
            guard let self else { return [] }
            return ControlDispatcher.reply(to: line, from: self)
        }
        termination = SignalSource(SIGTERM) { [weak self] in self?.stop() }
        interruption = SignalSource(SIGINT) { [weak self] in self?.stop() }
        hangUp = SignalSource(SIGHUP) { [weak self] in self?.readEvents?.reloadTokens() }
        if let settings = configuration.management.readEvents {
            readEvents = try ReadEventServer(settings, epoll: epoll) { [weak self] in self?.note($0) }
            readEvents?.add(devices: configuration.readers.map(\.id))
        }
    }

    /// Begins to work. The decisions come first: everything that they need is on disk.
    func start() {
        note(Notice(.info, "validatord \(Release.text) starts as \(configuration.device.id)"))
        let announcer = Announcer(configuration, logger: logger) { [weak self] in self?.note($0) }
        self.announcer = announcer
        selfTestRunner = SelfTestRunner(
            announcer, configuration, status: { [weak self] in self?.status() },
            canStore: { [weak self] in self?.canStore ?? false },
            trustedTime: { [weak self] in self?.validator?.clock.trusted(at: Clocks.now()) })
        events = EventQueue { [weak self] in self?.process($0, at: $1) }
        timer = OneShotTimer { [weak self] in self?.handle(.timer) }
        reopenTimer = OneShotTimer { [weak self] in self?.openOutbox() }
        reloadTimer = OneShotTimer { [weak self] in self?.loadBacklog(limit: Limits.backlogWindow, fromStart: true) }
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
        handle(.stopping)
        outbox?.flush()
        modem?.stop()
        announcer?.switchOff()
        control?.stop()
        readEvents?.stop()
        exit(exitCode)
    }

    /// No ride is recorded any more.
    func retire() { validator = nil }

    /// A file system that the kernel has made read-only after an error says so here before the next rider finds out.
    private var canStore: Bool {
        unsafe outbox != nil && outbox?.failingSince == nil && access(configuration.device.stateFolder, W_OK) == 0
    }

    func note(_ notice: Notice) {
        logger.log(level: Logger.Level(notice.level), "\(notice.text)")
    }

    // MARK: Events in

    func handle(_ event: Event, at moment: Moment = Clocks.now()) {
        events?.handle(event, at: moment)
    }

    private func process(_ event: Event, at moment: Moment) {
        guard let effects = validator?.handle(event, at: moment, outbox: outbox?.counts ?? OutboxCounts()) else {
            refuse(event, at: moment)
            return
        }
        for effect in effects { carryOut(effect) }
        if let validator { timer?.schedule(at: validator.nextDeadline(at: moment.instant)) }
    }

    /// Without an outbox no ride can be recorded: red, and nothing more.
    private func refuse(_ event: Event, at moment: Moment) {
        let (source, subject): (SourceIndex, Subject)
        switch event {
        case .card(let uid, let reader):
            guard configuration.readers[reader].role == .validate, let card = CardNumberProfile.standIn(for: uid)
            else { return }
            (source, subject) = (reader, .card(card))
        case .ticket(let payload, let scanner): (source, subject) = (scanner, .ticket(payload))
        default: return
        }
        answer(
            Answer(
                source: source, subject: subject, isGreen: false, outcome: .refused, reason: .outOfService, mode: .offline,
                record: nil, received: moment.instant))
    }

    // MARK: Effects out

    private func carryOut(_ effect: Effect) {
        switch effect {
        case .store(let tap):
            decided.append(Clocks.now().instant)
            outbox?.store(tap)
        case .answer(let answer): self.answer(answer)
        case .send(let id, let request): platform?.send(id, request)
        case .saveState(let state): outbox?.save(state)
        case .outbox(let change): outbox?.note(change)
        case .publish(let events, let isFromEarlierRun):
            let readers = configuration.readers
            readEvents?.publish(
                events.map { DeviceReadEvent(device: readers[$0.reader].id, event: $0) }, isFromEarlierRun: isFromEarlierRun)
        case .loadBacklog(let limit, let fromStart): loadBacklog(limit: limit, fromStart: fromStart)
        case .buildList(let kind, let builder, let base): lists?.build(kind, builder, on: base)
        case .saveList(let kind, let list): lists?.save(kind, list)
        case .saveIncrement(let kind, let list, let entries):
            if let outbox { lists?.saveIncrement(kind, list, entries: entries, in: outbox) }
        case .correctTimes(let instant, let wall, let source): outbox?.correctTimes(at: instant, wall: wall, source: source)
        case .notice(let notice): note(notice)
        }
    }

    private func answer(_ answer: Answer) {
        let timing = timings.popFirst() ?? Announcer.Timing(decided: Clocks.now().instant, durable: nil)
        let now = Clocks.now()
        announcer?.announce(answer, timing, time: validator?.clock.reading(at: now).wall ?? now.system)
    }

    private func answerTurn(with event: Event, durable: Instant?) {
        timings = decided.map { Announcer.Timing(decided: $0, durable: durable) }[...]
        decided = []
        handle(event)
        timings = []
    }

    private func loadBacklog(limit: Int, fromStart: Bool) {
        // What has been delivered meanwhile must not be found again, nor a position be missed that is still to be written.
        guard let outbox, outbox.flush(),
            let found = outbox.attempt({ outbox throws(StorageError) in try outbox.backlog(limit: limit, fromStart: fromStart) })
        else {
            reloadTimer?.schedule(after: .seconds(5))
            return
        }
        handle(.backlog(found))
    }

    // MARK: Setting up

    private func openOutbox() {
        let path = configuration.device.stateFolder + "/outbox.db"
        do throws(StorageError) {
            var outbox = try Outbox(path: path, limits: OutboxLimits(positions: configuration.outbox.maximumPositions))
            for notice in outbox.notices { note(notice) }
            let hasTakenOver = Takeover.takeRecords(
                into: &outbox, from: configuration.device.stateFolder, as: configuration.device.id
            ) { note($0) }
            begin(with: outbox)
            if hasTakenOver {
                for target in DownloadTarget.allCases { handle(.download(target, full: true)) }
            }
        } catch {
            let text = "out of service: \(error)"
            if reopenComplaint != text { note(Notice(.error, text)) }
            reopenComplaint = text
            reopenTimer?.schedule(after: Self.reopenDelay)
        }
    }

    private func begin(with opened: consuming Outbox) {
        let lists = ListKeeper(
            folder: configuration.device.stateFolder, unlisted: configuration.platform.unlisted,
            onBuilt: { [weak self] kind, list in self?.handle(.listBuilt(kind, list)) },
            onSaved: { [weak self] kind, failure in
                self?.handle(failure.map { .listNotSaved(kind, reason: "\($0)") } ?? .listSaved(kind))
            })
        self.lists = lists

        var restored = Validator.Restored()
        let found = opened.takeRestored()
        restored.state = found.state ?? BoxState()
        restored.recentTaps = found.recentTaps
        restored.usedTickets = found.usedTickets
        restored.ongoingReadings = found.ongoingReadings
        let records = opened.counts.records
        restored.cards = lists.restore(.cards, from: opened) { note($0) }
        restored.line = lists.restore(.line, from: opened) { note($0) }

        platform = makePlatformClient()
        outbox = OutboxKeeper(
            opened, boot: boot, vouchedTime: { [weak self] in self?.validator?.clock.vouched(at: Clocks.now()) },
            onCommitted: { [weak self] in self?.answerTurn(with: .committed(rows: $0), durable: Clocks.now().instant) },
            onFailed: { [weak self] in self?.answerTurn(with: .commitFailed(reason: "\($0)"), durable: nil) },
            onDamaged: { [weak self] in self?.stop(because: $0) }, onNotice: { [weak self] in self?.note($0) })

        let policy = configuration.policy(boot: boot, buildDate: Release.date)
        let codec = VT1Codec(authenticator: LibcryptoAuthenticator(), secret: policy.ticketSecret)
        var system = SystemRandomNumberGenerator()
        let random = SeededGenerator(seeds: (system.next(), system.next(), system.next(), system.next()))
        validator = Validator(policy: policy, codec: codec, random: random, restored: restored, at: Clocks.now())
        note(
            Notice(
                .info,
                """
                in service: \(restored.cards.cards.count) cards (version \(restored.cards.version)), \
                \(restored.line.cards.count) on the line (version \(restored.line.version)), \(records) records to upload
                """))
        handle(.timer)
        certificates = CertificateKeeper(
            configuration.platform, server: { [weak self] in self?.platform?.certificate },
            trustedTime: { [weak self] in self?.validator?.clock.trusted(at: Clocks.now()) },
            onNotice: { [weak self] in self?.note($0) })
        certificates?.review()
        modem = ModemKeeper(
            configuration.vehicle, boot: boot,
            dataUse: outbox?.attempt { outbox throws(StorageError) in try outbox.dataUse() } ?? DataUse(),
            month: { [weak self] in self?.month() },
            save: { [weak self] use in
                self?.outbox?.attempt { outbox throws(StorageError) in try outbox.save(use) } != nil
            },
            onNotice: { [weak self] in self?.note($0) })
        modem?.look()
    }

    /// The operator's calendar month, as `DataUse` says it.
    private func month() -> Int? {
        validator?.clock.trusted(at: Clocks.now()).map { DataUse.month(of: $0, in: timeZone) }
    }

    private func startIgnition() {
        guard let line = configuration.vehicle.ignition else { return }
        ignition = IgnitionKeeper(
            configuration.vehicle, line,
            unsent: { [weak self] in self?.outbox.map { $0.counts.records + $0.counts.positions } ?? 0 },
            onChange: { [weak self] in self?.handle(.ignition(isOn: $0)) },
            onShutdown: { [weak self] in
                self?.outbox?.flush()
                self?.modem?.stop()
                self?.outbox?.attempt { outbox throws(StorageError) in try outbox.settle() }
            },
            onNotice: { [weak self] in self?.note($0) })
    }

    /// A damaged file is set aside when it is opened, so a fresh start is the way out; systemd gives it.
    private func stop(because error: StorageError) {
        note(Notice(.error, "\(error); starting anew"))
        control?.stop()
        exit(71)
    }

    private func makePlatformClient() -> PlatformClient {
        let settings = configuration.platform
        return PlatformClient(
            format: configuration.wireFormat(timeZone: timeZone), http: HTTPClient(tls: settings.tlsFiles, epoll: epoll),
            stall: settings.stall,
            onReply: { [weak self] id, result in self?.handle(.reply(id, result)) })
    }

    private func startDevices() {
        for (index, reader) in configuration.readers.enumerated() {
            readers.append(
                CardReader(
                    id: reader.id, device: reader.device, baud: reader.baud, protocol: reader.protocol,
                    settings: reader.settings, powerCycleCommand: reader.powerCycleCommand,
                    onCard: { [weak self] uid, moment in
                        self?.latestCards[index] = CardProbe.Sighting(uid: uid, at: moment.instant)
                        self?.handle(.card(uid: uid, reader: index), at: moment)
                    },
                    onSighting: { [weak self] uid, moment in self?.handle(.sighting(uid: uid, reader: index), at: moment) },
                    onState: { [weak self] in self?.handle(.readerState(index, isWorking: $0 == .ready)) },
                    onNotice: { [weak self] in self?.note($0) }))
        }
        for (index, scanner) in configuration.scanners.enumerated() {
            let source = configuration.readers.count + index
            scanners.append(
                Scanner(
                    id: scanner.id, device: scanner.device, protocol: scanner.protocol, settings: scanner.settings,
                    onScan: { [weak self] payload, moment in self?.handle(.ticket(payload, scanner: source), at: moment) },
                    onState: { _ in }, onNotice: { [weak self] in self?.note($0) }))
        }
        latestCards = readers.map { _ in nil }
        for reader in readers { reader.start() }
        for scanner in scanners { scanner.start() }
        receiver = GPSReceiver(
            host: configuration.gps.host, port: configuration.gps.port,
            onFix: { [weak self] fix, moment in self?.handle(.fix(fix), at: moment) },
            onState: { [weak self] in self?.note(Notice(.info, "gps: \($0)")) },
            onLost: { [weak self] in self?.handle(.receiverLost) })
        receiver?.start()
        startIgnition()
    }
}
