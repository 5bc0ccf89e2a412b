import Base
import JSON

/// Names a client's connection; never given to a second one.
public typealias ClientID = UInt64

/// The read-event interface: subscriptions, queries, pushes and heartbeats of all connections.
///
/// Pure: fed with what happens, it returns what is to be sent. Whoever owns the connections carries that out, and feeds
/// `timer` when `nextDeadline` has come.
public struct ReadEventService: Sendable {
    /// Of the URL at which it is served, as the document prints it.
    public static let path = "/api/v1/webSocket/readEventsBydeviceID"

    /// Every bound, and what happens at it.
    public struct Limits: Sendable {
        /// Devices that one connection may name; beyond, its request is answered with 1004.
        public var subscriptionsPerConnection = 1000
        /// Devices that all connections together may name; beyond, the same.
        public var subscriptions = 100_000
        /// Events closed by a restart that are kept for those who subscribe afterwards; beyond, the oldest are forgotten.
        public var closedEvents = 2000
        /// For so long.
        public var closedEventAge = Duration.seconds(600)
        /// Between pings, and how long a pong may take.
        public var heartbeat = Duration.seconds(60)

        public init() {}
    }

    public enum Input: Sendable {
        case opened(ClientID)
        /// A whole text message.
        case text(ClientID, [UInt8])
        /// A message beyond `ClientMessage.maximumBytes` came, and was not kept.
        case tooLarge(ClientID)
        case closed(ClientID)
        /// Read events, in the order in which they happened.
        case events([DeviceReadEvent])
        /// Events of an earlier run that this start has closed.
        case closedByRestart([DeviceReadEvent])
        /// Devices that there are besides those named before.
        case devices([String])
        /// A token is no longer good: every client must come again with one that is.
        case tokenWithdrawn
        case timer
    }

    public enum Output: Hashable, Sendable {
        /// One text, to each of these.
        case send([UInt8], to: [ClientID])
        /// A status code of RFC 6455 section 7.4.1. The connection counts as closed already.
        case close(ClientID, code: UInt16, reason: String)
    }

    private struct Connection {
        var subscription = Subscription()
        /// The value of the ping that waits for its pong.
        var awaitedPong: Int64?
        /// The devices whose events closed by a restart it has been told.
        var toldDevices: Set<String> = []
    }

    /// The close code "policy violation": the nearest that there is to a missing pong or a token that is no longer good.
    private static let policyViolation: UInt16 = 1008

    private let limits: Limits
    private var connections: [ClientID: Connection] = [:]
    /// Sum over all connections.
    private var subscriptionCount = 0
    /// In ascending order, each once.
    private var knownDevices: [String] = []
    /// Who wants a device's events: made when the device has one, forgotten when any subscription changes.
    private var subscribers: [String: [ClientID]] = [:]
    private var heartbeats = HeartbeatQueue()
    private var closedEvents: [DeviceReadEvent] = []
    private var closedEventsExpire: Instant?

    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    public var connectionCount: Int { connections.count }

    /// When to feed `timer`, unless something happens before.
    public var nextDeadline: Instant? {
        [heartbeats.nextDue, closedEventsExpire].compactMap { $0 }.min()
    }

    public mutating func handle(_ input: Input, at moment: Moment) -> [Output] {
        switch input {
        case .opened(let id):
            connections[id] = Connection()
            scheduleHeartbeat(of: id, at: moment.instant)
            return []
        case .text(let id, let text): return handle(text, from: id)
        case .tooLarge(let id): return reply(ServerMessage.refusal(ClientMessage.tooLarge), to: id)
        case .closed(let id):
            remove(id)
            return []
        case .events(let events): return events.compactMap { push($0) }
        case .closedByRestart(let events): return keep(events, at: moment.instant)
        case .devices(let devices):
            knownDevices = Set(knownDevices).union(devices).sorted()
            return []
        case .tokenWithdrawn:
            return connections.keys.sorted().map { close($0, because: "the access tokens have changed; connect again") }
        case .timer: return handleTimer(at: moment)
        }
    }

    // MARK: Requests

    private mutating func handle(_ text: [UInt8], from id: ClientID) -> [Output] {
        // What was read before a connection was given up is of no use to anybody.
        guard connections[id] != nil else { return [] }
        do throws(RequestFault) {
            switch try ClientMessage(parsing: text) {
            case .ping(let value): return reply(ServerMessage.pong(value), to: id)
            case .pong(let value):
                if value != nil, connections[id]?.awaitedPong == value { connections[id]?.awaitedPong = nil }
                return []
            case .request(let request): return try carryOut(request, of: id)
            }
        } catch {
            return reply(ServerMessage.refusal(error), to: id)
        }
    }

    private mutating func carryOut(_ request: ReadEventRequest, of id: ClientID) throws(RequestFault) -> [Output] {
        guard var subscription = connections[id]?.subscription else { return [] }
        switch request.action {
        case .query(let page):
            let devices = subscription.devices(known: knownDevices)
            return reply(ServerMessage.devices(devices, page: page, request.id), to: id)
        case .subscribe(let devices): subscription.add(devices)
        case .unsubscribe(let devices): subscription.remove(devices)
        }
        try replaceSubscription(of: id, with: subscription, for: request)
        return reply(ServerMessage.success(request.id), to: id) + closedEvents(for: id)
    }

    private mutating func replaceSubscription(
        of id: ClientID, with subscription: Subscription, for request: ReadEventRequest
    ) throws(RequestFault) {
        let before = connections[id]?.subscription.count ?? 0
        let total = subscriptionCount - before + subscription.count
        // Whatever asks for less is always granted.
        if subscription.count > before {
            guard subscription.count <= limits.subscriptionsPerConnection else {
                throw RequestFault(
                    .tooManySubscriptions,
                    """
                    one connection may name \(limits.subscriptionsPerConnection) devices; \
                    subscribe to all with an empty deviceID, or open another connection
                    """, requestID: request.id)
            }
            guard total <= limits.subscriptions else {
                throw RequestFault(
                    .tooManySubscriptions,
                    "all connections together name \(limits.subscriptions) devices; subscribe to all with an empty deviceID",
                    requestID: request.id)
            }
        }
        subscriptionCount = total
        connections[id]?.subscription = subscription
        subscribers = [:]
    }

    private func reply(_ text: [UInt8], to id: ClientID) -> [Output] {
        connections[id] == nil ? [] : [.send(text, to: [id])]
    }

    private mutating func remove(_ id: ClientID) {
        guard let connection = connections.removeValue(forKey: id) else { return }
        subscriptionCount -= connection.subscription.count
        subscribers = [:]
    }

    private mutating func close(_ id: ClientID, because reason: String) -> Output {
        remove(id)
        return .close(id, code: Self.policyViolation, reason: reason)
    }

    // MARK: Events

    private mutating func push(_ event: DeviceReadEvent) -> Output? {
        let subscribers = subscribers(of: event.device)
        return subscribers.isEmpty ? nil : .send(ServerMessage.event(event), to: subscribers)
    }

    private mutating func subscribers(of device: String) -> [ClientID] {
        if let known = subscribers[device] { return known }
        let found = connections.filter { $0.value.subscription.covers(device) }.keys.sorted()
        subscribers[device] = found
        return found
    }

    // MARK: Events closed by a restart

    private mutating func keep(_ events: [DeviceReadEvent], at now: Instant) -> [Output] {
        closedEvents = (closedEvents + events).suffix(limits.closedEvents)
        closedEventsExpire = closedEvents.isEmpty ? nil : now + limits.closedEventAge
        let devices = Set(events.map(\.device))
        for device in devices {
            for id in subscribers(of: device) { connections[id]?.toldDevices.insert(device) }
        }
        return events.compactMap { push($0) }
    }

    /// Those that `id` has subscribed to and not been told yet.
    private mutating func closedEvents(for id: ClientID) -> [Output] {
        guard !closedEvents.isEmpty, let connection = connections[id] else { return [] }
        let news = closedEvents.filter {
            connection.subscription.covers($0.device) && !connection.toldDevices.contains($0.device)
        }
        connections[id]?.toldDevices.formUnion(news.map(\.device))
        return news.map { .send(ServerMessage.event($0), to: [id]) }
    }

    // MARK: Time

    private mutating func handleTimer(at moment: Moment) -> [Output] {
        if let closedEventsExpire, closedEventsExpire <= moment.instant {
            closedEvents = []
            self.closedEventsExpire = nil
        }
        var pinged: [ClientID] = []
        var outputs: [Output] = []
        while let id = heartbeats.popDue(at: moment.instant) {
            guard let connection = connections[id] else { continue }
            if connection.awaitedPong != nil {
                outputs.append(close(id, because: "no pong within \(limits.heartbeat.wholeSeconds) s"))
            } else {
                connections[id]?.awaitedPong = moment.system.milliseconds
                scheduleHeartbeat(of: id, at: moment.instant)
                pinged.append(id)
            }
        }
        if !pinged.isEmpty { outputs.append(.send(ServerMessage.ping(moment.system.milliseconds), to: pinged)) }
        return outputs
    }

    private mutating func scheduleHeartbeat(of id: ClientID, at now: Instant) {
        let connections = connections
        heartbeats.append(id, due: now + limits.heartbeat, openCount: connections.count) { connections[$0] != nil }
    }
}
