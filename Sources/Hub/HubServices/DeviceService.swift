import Base
import Fares
import HubDomain
import HubStore
import Logging
import PlatformAPI

/// The platform's side of the device API: what each call makes of the facts, and its answer.
public struct DeviceService: Sendable {
    /// Takes a line for the log; the text is made only where its level is shown.
    public typealias Log = @Sendable (_ level: Logger.Level, _ text: @autoclosure () -> String) -> Void

    let policy: HubPolicy
    let tickets: TicketReader
    let pseudonyms: Pseudonyms?
    /// Nil: this hub decides by itself.
    let upstream: (any Upstream)?
    let authentication: CallAuthentication
    let isShortOfSpace: @Sendable () -> Bool
    let log: Log
    private let onNote: @Sendable (DeviceOutcome.Note) -> Void

    /// - Parameters:
    ///   - upstream: the platform that decides, as `policy.upstream` says; nil: this hub does.
    ///   - pseudonyms: by which a record is known again that has lost its card number since.
    ///   - isShortOfSpace: whether the disk has room for known devices only.
    ///   - onNote: is told what the log is told, once it is on disk.
    public init(
        policy: HubPolicy, cryptography: any TicketCryptography, pseudonyms: Pseudonyms? = nil,
        upstream: (any Upstream)? = nil,
        isShortOfSpace: @escaping @Sendable () -> Bool = { false }, log: @escaping Log,
        onNote: @escaping @Sendable (DeviceOutcome.Note) -> Void = { _ in }
    ) {
        self.onNote = onNote
        self.policy = policy
        authentication = CallAuthentication(policy.authentication, staticTokens: policy.staticTokens)
        self.isShortOfSpace = isShortOfSpace
        tickets = TicketReader(policy.tickets, cryptography)
        (self.pseudonyms, self.upstream) = (pseudonyms, upstream)
        self.log = log
    }

    /// Answers a device's request, once all that it changed is on disk. A refusal is an answer.
    /// - Throws: When something could not be read or stored.
    public func answer(
        _ request: DeviceRequest, from credentials: CallCredentials, by queue: RequestQueue, at arrived: Moment
    ) async throws -> DeviceAnswer {
        let pending = prepare(request, from: credentials, at: arrived.system)
        let outcome = try await queue.run(
            { [mayRegister = policy.registersDevices] in pending.want(&$0, mayRegister: mayRegister) },
            { [self] in answer(pending, in: &$0) })
        tell(outcome.notes, of: request)
        guard let errand = outcome.errand, let upstream else { return outcome.answer }
        return try await run(errand, for: pending, by: queue, to: upstream, arrived: arrived.instant) ?? outcome.answer
    }

    func tell(_ notes: [DeviceOutcome.Note], of request: DeviceRequest) {
        for note in notes {
            self.note(note, of: request)
            onNote(note)
        }
    }

    /// What can be done before the store is asked.
    public func prepare(
        _ request: DeviceRequest, from credentials: CallCredentials = CallCredentials(), at now: WallTime
    ) -> PendingRequest {
        let content = Result { () throws(FieldError) in try request.content(timeZone: policy.zone) }
        let deviceID = request.deviceID.flatMap { Self.isDeviceID($0) ? $0 : nil }
        var pending = PendingRequest(request: request, credentials: credentials, now: now, content: content, deviceID: deviceID)
        pending.asideKey = asideKey(of: request, deviceID: deviceID)
        guard case .success(let content) = content else { return pending }
        switch content {
        case .heartbeat(let heartbeat):
            if heartbeat.position != nil { pending.requestID = requestID(request, at: now) }
        case .check(let subject, let mode, let position, let time):
            pending.tap = tap(request, subject, status: 0, mode: mode, time: time, position: position, at: now)
        case .log(let subject, let status, let position, let time):
            pending.tap = tap(request, subject, status: status, mode: nil, time: time, position: position, at: now)
        case .fullCardList(let token, _), .cardIncrement(let token, _), .lineCardList(let token, _):
            pending.isTokenStatic = policy.staticTokens.admit(token, of: request.deviceID ?? "")
        case .keys(let token): pending.holder = holder(of: token, asking: request.deviceID)
        case .token: break
        }
        if upstream != nil || policy.upstream.isInFront { pending.forwarded = forwarded(pending) }
        return pending
    }

    /// Answers a request; what it changes in `facts` is to be written.
    public func answer(_ pending: PendingRequest, in facts: inout StoreFacts) -> DeviceOutcome {
        var notes: [DeviceOutcome.Note] = []
        do {
            var errand: DeviceOutcome.Errand?
            let answer = try accept(pending, in: &facts, &notes, &errand)
            return DeviceOutcome(answer: answer, notes: notes, errand: errand)
        } catch let error as FieldError {
            return refusal(Refusal(.invalidField, error.description), notes)
        } catch let refusal as Refusal {
            return self.refusal(refusal, notes)
        } catch {
            return refusal(Refusal(.unavailable, "\(error)"), notes)
        }
    }

    private func refusal(_ refusal: Refusal, _ notes: [DeviceOutcome.Note]) -> DeviceOutcome {
        let isStranger = refusal.code == .callerRefused || refusal.code == .unknownDevice
        let refusal = isStranger && isShortOfSpace() ? Self.noSpace : refusal
        return DeviceOutcome(answer: .refused(refusal), notes: notes + [.refused(refusal)])
    }

    private func accept(
        _ pending: PendingRequest, in facts: inout StoreFacts, _ notes: inout [DeviceOutcome.Note],
        _ errand: inout DeviceOutcome.Errand?
    ) throws -> DeviceAnswer {
        // First, so that whoever has not proved himself learns nothing of what a call needs.
        let proof = try authenticate(pending, in: &facts, &notes)
        if let answer = try putAside(pending, in: &facts, &notes) { return answer }
        let content = try pending.content.get()
        switch content {
        case .keys(let token):
            let holder = try holder(of: token, pending, in: facts)
            return .keys(try keys(of: holder, pending, in: &facts))
        case .token:
            // Its secret or certificate has said more than `app_id` and `secret` could.
            if proof == .none { try checkCredentials(pending, in: facts) }
            let device = try device(of: pending, in: &facts, &notes)
            return .token(issueToken(to: device, in: &facts, at: pending.now))
        case .fullCardList(let token, _), .cardIncrement(let token, _), .lineCardList(let token, _):
            let device = try device(of: pending, in: &facts, &notes)
            if !pending.isTokenStatic { try AccessToken.check(facts.token(token), of: device.id, at: pending.now) }
            if let upstream { return try list(content, of: device.id, from: upstream) }
            return .list(selection(content, device), enterpriseID: device.settings(over: policy.defaults).enterpriseID)
        case .heartbeat(let heartbeat):
            let device = try device(of: pending, in: &facts, &notes)
            try keep(heartbeat, of: device, pending, in: &facts, &notes)
            if let upstream { return handOn(heartbeat, of: device, pending, to: upstream, in: &facts, &errand) }
            return .heartbeat(orders(for: device, in: facts, at: pending.now))
        case .check, .log:
            let device = try device(of: pending, in: &facts, &notes)
            guard let tap = pending.tap else { preconditionFailure("a check or log was read as one") }
            if let upstream { return try handOn(tap, pending, to: upstream, in: &facts, &notes, &errand) }
            let reason = settle(tap, from: device, in: &facts, &notes, at: pending.now)
            return tap.record.checkMode == nil ? .logged : .checked(reason, soundNumber: policy.sounds[reason] ?? 0)
        }
    }

    // MARK: Devices and tokens

    /// The device that asks, registered now where the configuration allows it.
    func device(
        of pending: PendingRequest, in facts: inout StoreFacts, _ notes: inout [DeviceOutcome.Note]
    ) throws(Refusal) -> Device {
        guard let id = pending.deviceID else { throw Refusal(.invalidField, "device_id must be \(Self.deviceIDRule)") }
        if let device = facts.device(id) {
            try device.requireStanding()
            return device
        }
        guard policy.registersDevices else {
            throw Refusal(.unknownDevice, "device \(id) is unknown: register it with validator-hub add-device \(id)")
        }
        guard facts.countOfDevices < policy.maximumDevices else {
            throw Refusal(.unknownDevice, "device \(id) is unknown, and there are devices.max already")
        }
        guard !isShortOfSpace() else { throw Self.noSpace }
        let device = Device(id: id, registered: pending.now)
        facts.register(device)
        notes.append(.registered(id))
        return device
    }

    static let noSpace = Refusal(.unavailable, "the hub's disk is nearly full: it takes records of known devices only")

    /// A device of its own secret is not given a token for the fleet's.
    private func checkCredentials(_ pending: PendingRequest, in facts: StoreFacts) throws(Refusal) {
        let device = pending.deviceID.flatMap { facts.device($0) }
        try device?.requireStanding()
        let request = pending.request
        let isSecretRight =
            policy.secret(of: device).map { isEqualInConstantTime(Array((request["secret"] ?? "").utf8), $0.bytes) } ?? true
        guard request["app_id"] ?? "" == policy.appID, isSecretRight else {
            throw Refusal(
                .credentialsRefused,
                """
                app_id or secret is wrong: compare [platform.token] of the box with [tokens] of the hub and with what add-device or \
                set-secret printed
                """)
        }
    }

    private func issueToken(to device: Device, in facts: inout StoreFacts, at now: WallTime) -> PlatformReply.Token {
        var random = SystemRandomNumberGenerator()
        let text = hexadecimal((0..<24).map { _ in UInt8.random(in: 0...255, using: &random) })
        facts.add(NamedToken(text, AccessToken(deviceID: device.id, expires: now + policy.tokenLifetime)))
        return PlatformReply.Token(text: text, expiresInSeconds: Int(policy.tokenLifetime.components.seconds))
    }

    // MARK: Lists and keys

    private func selection(_ content: PlatformRequest.Content, _ device: Device) -> ListSelection {
        switch content {
        case .fullCardList: .cards
        case .cardIncrement: .cardIncrement
        default: .line(device.line)
        }
    }

    /// Whom a token that an operator set by hand lets ask for the keys, which the request need not name.
    private func holder(of token: String, asking deviceID: String?) -> PendingRequest.Holder {
        if let deviceID, policy.staticTokens.admit(token, of: deviceID) { return .device(deviceID) }
        return switch policy.staticTokens.holders(of: token).first {
        case .device(let id): .device(id)
        case .everyDevice: .everyDevice
        case nil: .token
        }
    }

    /// The device that asks for the keys; nil when a token of every device does not tell.
    func holder(of token: String, _ pending: PendingRequest, in facts: StoreFacts) throws(Refusal) -> String? {
        let holder: String? =
            switch pending.holder {
            case .device(let id): id
            case .everyDevice: nil
            case .token: try AccessToken.owner(of: facts.token(token), at: pending.now)
            }
        if let holder { try facts.device(holder)?.requireStanding() }
        return holder
    }

    private func keys(
        of holder: String?, _ pending: PendingRequest, in facts: inout StoreFacts
    ) throws(Refusal) -> KeyGroup {
        let (deviceID, group) =
            if let upstream { (holder ?? pending.deviceID, try keys(of: holder ?? pending.deviceID, from: upstream)) } else {
                (holder, ownKeys(in: facts))
            }
        if let deviceID { facts.change(deviceID, .keysVersion) { $0.versions.keys = group.version } }
        return group
    }

    private func ownKeys(in facts: StoreFacts) -> KeyGroup {
        var group = facts.keys.ring.current ?? KeyGroup(version: "0", keys: [])
        group.revokedVersion = facts.keys.revokedVersion.map(String.init)
        return group
    }

    // MARK: Heartbeats

    private func keep(
        _ heartbeat: PlatformRequest.Heartbeat, of device: Device, _ pending: PendingRequest, in facts: inout StoreFacts,
        _ notes: inout [DeviceOutcome.Note]
    ) throws(FieldError) {
        let now = pending.now
        let report = DeviceReport(
            time: heartbeat.time, softwareVersion: try pending.request.softwareVersion(), versions: heartbeat.versions,
            position: heartbeat.position)
        facts.change(device.id, .report) { $0.keep(report, at: now) }
        if let position = heartbeat.position {
            facts.keep(
                StoredPosition(
                    deviceID: device.id, requestID: pending.requestID, time: heartbeat.time, position: position, received: now))
        }
        notes.append(.heartbeat(device.id))
    }

    private func orders(
        for device: Device, in facts: StoreFacts, at now: WallTime
    ) -> PlatformReply.HeartbeatReply.Content {
        let settings = device.settings(over: policy.defaults)
        return PlatformReply.HeartbeatReply.Content(
            enterpriseID: settings.enterpriseID, serverTime: now, modes: settings.modes,
            versions: versions(for: device, facts.versions),
            window: settings.window.map { $0.dates(at: now, zone: policy.zone) })
    }

    private func versions(for device: Device, _ facts: VersionFacts) -> Versions {
        var versions = Versions()
        versions.cards = String(facts.cards)
        versions.cardIncrement = String(facts.cardIncrement)
        versions.lineCards = String(device.line.flatMap { facts.lines[$0] } ?? 0)
        versions.keys = String(facts.keys)
        return versions
    }

    /// What `isDeviceID` asks for, as a message says it.
    public static let deviceIDRule = "1 to 64 bytes of UTF-8 without control characters, and without blanks at its ends"

    /// Whether a request can name a device so.
    public static func isDeviceID(_ text: String) -> Bool {
        !text.isEmpty && isName(text) && text.first?.isWhitespace == false && text.last?.isWhitespace == false
    }

    static func isName(_ text: String) -> Bool { text.utf8.count <= 64 && text == text.printable }

    /// A request without a usable `req_id` cannot be recognised when it comes again; it gets one of its own.
    func requestID(_ request: DeviceRequest, at now: WallTime) -> String {
        if let id = request.requestID, Self.isName(id) { return id }
        return newRequestID(at: now)
    }

    func newRequestID(at now: WallTime) -> String {
        var random = SystemRandomNumberGenerator()
        return UniqueID.version7(at: now, using: &random).description
    }
}
