import Base
import Fares
import Glibc
import Kernel
import OperatingSystem
import PlatformAPI
import Transport

/// Plays boxes against one or several hubs: sends what is due, and books what comes back.
@MainActor
final class Fleet {
    /// Between two looks at the schedule; what is due meanwhile goes out together.
    private static let turn = Duration.milliseconds(2)
    private static let firstPause = Duration.milliseconds(500)
    private static let longestPause = Duration.seconds(10)
    /// For how long a list may stand still.
    private static let listStall = Duration.seconds(30)

    private let plan: FleetPlan
    private let hubs: [WireFormat]
    private let applicationID: String
    private let cards: [CardNumber]
    /// For what is not plain HTTP.
    private let http: HTTPClient
    /// To each hub; nil where it takes TLS.
    private let lines: [FleetLine?]
    private var boxes: [FleetBox]
    private var schedule: FleetSchedule
    private var retries = RetryQueue<FleetExchange>()
    /// For a connection; the first come first.
    private var waiting: [FleetExchange] = []
    private var firstWaiting = 0
    private var underWay = 0
    private var listsUnderWay = 0
    private var service: FleetService
    private var random: SeededGenerator
    private var ids = SystemRandomNumberGenerator()
    private var start = Clocks.now().instant
    private var floodedRecords = 0
    private var timer: OneShotTimer?
    private var onEnd: CheckedContinuation<Void, Never>?
    private var isInterrupted = false
    private(set) var ledger = FleetLedger()
    private(set) var report = FleetReport()

    /// - Parameters:
    ///   - urls: of the hubs, `base_url` each; at least one.
    ///   - cards: what riders hold; at least one.
    init(
        _ plan: FleetPlan, boxes: [FleetBox], urls: [String], applicationID: String, cards: [CardNumber], seed: UInt64
    ) throws(SystemError) {
        precondition(boxes.count == plan.boxes && !urls.isEmpty && !cards.isEmpty, "a fleet without boxes, hubs or riders")
        self.plan = plan
        self.boxes = boxes
        self.cards = cards
        self.applicationID = applicationID
        hubs = urls.map { WireFormat(baseURL: $0, deviceID: "", softwareVersion: Release.number) }
        let epoll = try InnerEpoll()
        http = HTTPClient(epoll: epoll, connections: plan.connections)
        lines = urls.map { HubAddress($0).map { FleetLine(to: $0, epoll: epoll) } }
        schedule = FleetSchedule(plan, seed: seed)
        service = FleetService(boxes: plan.boxes, start: start)
        random = SeededGenerator(seed: seed &+ 1)
        timer = OneShotTimer { [weak self] in self?.takeTurn() }
    }

    /// Returns when the plan's time is over and every record is answered or given up.
    func run() async {
        start = Clocks.now().instant
        service = FleetService(boxes: plan.boxes, start: start)
        await withCheckedContinuation { continuation in
            onEnd = continuation
            takeTurn()
        }
    }

    /// Nothing more is begun, nor waited for.
    func interrupt() { isInterrupted = true }

    // MARK: What is due

    private func takeTurn() {
        let now = Clocks.now().instant
        let elapsed = now - start
        guard !isInterrupted, elapsed < plan.length + plan.drain else { return end(at: now) }
        if elapsed >= plan.length, report.length == .zero { report.length = elapsed }
        for event in schedule.take(until: elapsed) {
            report.lateness.record(elapsed - event.due)
            begin(event, at: now)
        }
        for line in lines { line?.endOverdue(at: now) }
        for exchange in retries.take(until: elapsed) { again(exchange, at: now) }
        flood()
        sendWhatMayGo()
        guard elapsed < plan.length || isBusy else { return end(at: now) }
        timer?.schedule(after: max((schedule.next ?? .zero) + (start - now), Self.turn))
    }

    private var isBusy: Bool { underWay > 0 || listsUnderWay > 0 || waiting.count > firstWaiting || retries.count > 0 }

    private func end(at now: Instant) {
        guard let onEnd else { return }
        self.onEnd = nil
        timer?.cancel()
        report.boxes = plan.boxes
        report.connections = plan.connections
        if report.length == .zero { report.length = now - start }
        report.drain = now - start - report.length
        report.outages = service.outages
        report.unservedBoxes = service.unservedCount
        report.secondsWithoutService = service.secondsWithoutService(until: now)
        report.longestSilence = service.longestSilence
        report.openRecords = ledger.openCount
        var usage = rusage()
        unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
        report.processorTime = [usage.ru_utime, usage.ru_stime].reduce(.zero) {
            $0 + .seconds($1.tv_sec) + .microseconds(Int64($1.tv_usec))
        }
        onEnd.resume()
    }

    private func begin(_ event: FleetSchedule.Event, at now: Instant) {
        switch event.kind {
        case .heartbeat: heartbeat(of: event.box, at: now)
        case .tap: tap(at: event.box, now)
        case .check: check(at: event.box, now)
        case .refresh: refresh(event.box, version: "", at: now)
        }
    }

    /// Keeps every connection busy.
    private func flood() {
        guard let flood = plan.flood else { return }
        let now = Clocks.now().instant
        while !isInterrupted, now - start < plan.length, underWay + waiting.count - firstWaiting < plan.connections {
            let box = floodedRecords % plan.boxes
            floodedRecords += 1
            switch flood {
            case .heartbeats: heartbeat(of: box, at: now)
            case .records: tap(at: box, now)
            case .checks: check(at: box, now)
            }
            sendWhatMayGo()
        }
    }

    private func position(of box: Int, at now: Instant) -> Position { FleetBox.position(ofBox: box, after: now - start) }

    private func newID(at time: WallTime) -> UniqueID { UniqueID.version7(at: time, using: &ids) }

    private func heartbeat(of box: Int, at now: Instant) {
        let time = Clocks.now().system
        let content = PlatformRequest.Heartbeat(
            time: time, position: position(of: box, at: now), modes: Modes(), versions: boxes[box].versions)
        add(FleetExchange(call: .heartbeat, box: box, requestID: newID(at: time), content: .heartbeat(content), begun: now))
    }

    /// A ride is booked, and logged.
    private func tap(at box: Int, _ now: Instant) {
        guard let card = cards.randomElement(using: &random) else { return }
        let (time, position) = (Clocks.now().system, position(of: box, at: now))
        book(
            .booking, .check(.card(card), .offline, position: position, time: time), mode: .offline, card, box, at: now, time)
        book(.log, .log(.card(card), status: 0, position: position, time: time), mode: nil, card, box, at: now, time)
    }

    private func check(at box: Int, _ now: Instant) {
        guard let card = cards.randomElement(using: &random) else { return }
        let time = Clocks.now().system
        let content = PlatformRequest.Content.check(.card(card), .online, position: position(of: box, at: now), time: time)
        book(.check, content, mode: .online, card, box, at: now, time)
    }

    private func book(
        _ call: FleetCall, _ content: PlatformRequest.Content, mode: CheckMode?, _ card: CardNumber, _ box: Int,
        at now: Instant, _ time: WallTime
    ) {
        let id = newID(at: time)
        let record = ledger.book(id, device: boxes[box].deviceID, mode: mode, card: card)
        add(FleetExchange(call: call, box: box, requestID: id, content: content, record: record, begun: now))
    }

    /// A list, and before it the token that it takes.
    private func refresh(_ box: Int, version: String, at now: Instant) {
        boxes[box].fetching = version
        let id = newID(at: Clocks.now().system)
        if let token = boxes[box].token {
            let content = PlatformRequest.Content.fullCardList(token: token, enterpriseID: nil)
            add(FleetExchange(call: .list, box: box, requestID: id, content: content, begun: now))
        } else {
            add(FleetExchange(call: .token, box: box, requestID: id, content: .token, begun: now))
        }
    }

    // MARK: On the wire

    private func add(_ exchange: FleetExchange) { waiting.append(exchange) }

    private func sendWhatMayGo() {
        while underWay < plan.connections, firstWaiting < waiting.count {
            let exchange = waiting[firstWaiting]
            firstWaiting += 1
            send(exchange)
        }
        if firstWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            firstWaiting = 0
        } else if firstWaiting > 4096 {
            waiting.removeFirst(firstWaiting)
            firstWaiting = 0
        }
    }

    private func send(_ exchange: FleetExchange) {
        let now = Clocks.now().instant
        var exchange = exchange
        exchange.hub = boxes[exchange.box].hub
        let timeout = exchange.deadline(plan) - now
        guard timeout > .zero else { return failed(exchange, ExchangeFailure(.timeout, "no connection was free in time")) }
        var format = hubs[exchange.hub]
        format.deviceID = boxes[exchange.box].deviceID
        format.tokenCall.applicationID = applicationID
        format.tokenCall.secret = boxes[exchange.box].secret ?? ""
        let wire = format.encode(
            PlatformRequest(requestID: exchange.requestID, content: exchange.content, timeout: timeout))
        let isList = exchange.call == .list
        let reception = FleetReception(isList: isList, decoder: ReplyDecoder(for: exchange.content, format: format))
        var headers = boxes[exchange.box].secret.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
        count(exchange)
        if isList { listsUnderWay += 1 } else { underWay += 1 }
        if let line = lines[exchange.hub] {
            if isList { headers.append((name: "Accept-Encoding", value: "gzip")) }
            line.send(wire, headers: headers, deadline: exchange.deadline(plan), stall: isList ? Self.listStall : nil) {
                [weak self] result in
                if case .success(let reply) = result, (200..<300).contains(reply.status) {
                    if isList { reception.receive(listOf: reply) } else { _ = reception.receive(reply.body) }
                }
                self?.ended(exchange, reception, result)
            }
        } else {
            let request = HTTPRequest(
                url: wire.url, contentType: wire.contentType, body: wire.body, headers: headers, timeout: timeout,
                stall: isList ? Self.listStall : timeout, total: isList ? nil : timeout, isBulk: isList)
            http.send(request) {
                reception.receive($0)
            } onEnd: { [weak self] result in
                self?.ended(
                    exchange, reception,
                    result.map { FleetReply(status: $0.status, retryAfter: $0.retryAfter, body: $0.errorBody) })
            }
        }
    }

    private func count(_ exchange: FleetExchange) {
        report.kinds[exchange.call, default: .init()].sent += 1
        if exchange.tries > 0 { report.kinds[exchange.call]?.retries += 1 }
        if let record = exchange.record { ledger.sent(record) }
    }

    private func ended(
        _ exchange: FleetExchange, _ reception: FleetReception, _ result: Result<FleetReply, ExchangeFailure>
    ) {
        if exchange.call == .list { listsUnderWay -= 1 } else { underWay -= 1 }
        report.listBytes += exchange.call == .list ? reception.byteCount : 0
        do throws(ExchangeFailure) {
            answered(exchange, try reception.reply(result))
            flood()
        } catch {
            // Where nobody answers, the next turn is soon enough.
            failed(exchange, error)
        }
        sendWhatMayGo()
    }

    // MARK: What came of it

    private func answered(_ exchange: FleetExchange, _ reply: FleetReception.Reply) {
        let now = Clocks.now().instant
        service.answered(exchange.box, at: now)
        report.kinds[exchange.call]?.latency.record(now - exchange.begun)
        if reply.code != 0 { report.kinds[exchange.call]?.refused[reply.code, default: 0] += 1 }
        if let record = exchange.record { ledger.answered(record, code: reply.code) }
        switch (exchange.call, reply.content) {
        case (.heartbeat, .heartbeat(let heartbeat)?):
            let box = boxes[exchange.box]
            guard plan.followsLists, box.fetching == nil, let version = heartbeat.orders?.versions.cards,
                version != box.versions.cards
            else { return }
            ledger.told(device: box.deviceID, version: version, at: Clocks.now().system)
            refresh(exchange.box, version: version, at: now)
        case (.token, .token(_, let token)?):
            boxes[exchange.box].token = token?.text
            if token == nil {
                boxes[exchange.box].fetching = nil
            } else {
                refresh(exchange.box, version: boxes[exchange.box].fetching ?? "", at: now)
            }
        case (.list, _):
            if reply.code != 0 {
                boxes[exchange.box].token = nil
            } else if let told = boxes[exchange.box].fetching, !told.isEmpty {
                // What came counts, which may be newer than what was named.
                boxes[exchange.box].versions.cards = reply.listVersion ?? told
                ledger.fetched(
                    device: boxes[exchange.box].deviceID, version: boxes[exchange.box].versions.cards, at: Clocks.now().system)
            }
            boxes[exchange.box].fetching = nil
        default: break
        }
    }

    private func failed(_ exchange: FleetExchange, _ failure: ExchangeFailure) {
        let now = Clocks.now().instant
        service.failed(exchange.box, begun: exchange.begun)
        let reason = failure.status.map { "HTTP status \($0)" } ?? failure.kind.rawValue
        report.kinds[exchange.call, default: .init()].failures[reason, default: 0] += 1
        if boxes[exchange.box].hub == exchange.hub { boxes[exchange.box].hub = (exchange.hub + 1) % hubs.count }
        var next = exchange
        next.tries += 1
        next.hubsTried += 1
        let mayWait = exchange.call != .check || now < exchange.deadline(plan)
        if next.hubsTried < hubs.count, mayWait, !failure.isTimeout {
            // Another hub may do what this one does not.
            add(next)
        } else if let record = exchange.record {
            if case .check(let subject, .online, let position, let time) = exchange.content {
                ledger.decidedByBox(record)
                next.content = .check(subject, .offline, position: position, time: time)
                next.call = .booking
            }
            let pause = Backoff.delay(
                afterFailures: next.tries, base: Self.firstPause, maximum: Self.longestPause, using: &random)
            next.hubsTried = 0
            retries.add(next, at: now - start + max(pause, failure.retryAfter ?? .zero))
        } else {
            boxes[exchange.box].fetching = nil
        }
    }

    private func again(_ exchange: FleetExchange, at now: Instant) {
        var exchange = exchange
        exchange.begun = now
        add(exchange)
    }
}

extension ExchangeFailure {
    fileprivate var isTimeout: Bool { kind == .timeout }
}
