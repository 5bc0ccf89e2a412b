import Base
import Fares
import HubDomain
import Logging
import PlatformAPI

/// The platform's side of the device API: what each call does to the database, and its answer. It runs inside a
/// transaction that the caller commits before the answer goes out.
public struct DeviceService: Sendable {
    /// Takes a line for the log; the text is made only where its level is shown.
    public typealias Log = @Sendable (_ level: Logger.Level, _ text: @autoclosure () -> String) -> Void

    let policy: HubPolicy
    let tickets: TicketReader
    let pseudonyms: Pseudonyms?
    let log: Log

    /// - Parameter pseudonyms: by which a record is known again that has lost its card number since.
    public init(policy: HubPolicy, cryptography: any TicketCryptography, pseudonyms: Pseudonyms? = nil, log: @escaping Log) {
        self.policy = policy
        tickets = TicketReader(policy.tickets, cryptography)
        self.pseudonyms = pseudonyms
        self.log = log
    }

    /// Answers a device's request; what it changes in `database` is part of the caller's transaction.
    /// - Throws: When something could not be read or stored. A refusal is an answer.
    public func answer(_ request: DeviceRequest, in database: HubDatabase, at now: WallTime) throws -> DeviceAnswer {
        do {
            return try accept(request, in: database, at: now)
        } catch let error as FieldError {
            return refuse(request, Refusal(.invalidField, error.description))
        } catch let refusal as Refusal {
            return refuse(request, refusal)
        }
    }

    private func refuse(_ request: DeviceRequest, _ refusal: Refusal) -> DeviceAnswer {
        log(
            .warning,
            """
            refused call=\(request.call.rawValue) device=\((request.deviceID ?? "-").logField) \
            ret_code=\(refusal.code.rawValue) ret_msg=\(refusal.message.quoted)
            """)
        return .refused(refusal)
    }

    private func accept(_ request: DeviceRequest, in database: HubDatabase, at now: WallTime) throws -> DeviceAnswer {
        let content = try request.content(timeZone: policy.zone)
        switch content {
        case .keys(let token):
            let holder = try holder(of: token, asking: request.deviceID, in: database, at: now)
            return .keys(try keys(of: holder, in: database))
        case .token:
            try checkCredentials(request, in: database)
            let device = try device(of: request, in: database, at: now)
            return .token(try issueToken(to: device, in: database, at: now))
        case .fullCardList(let token, _), .cardIncrement(let token, _), .lineCardList(let token, _):
            let device = try device(of: request, in: database, at: now)
            if !policy.staticTokens.admit(token, of: device.id) {
                try AccessToken.check(database.tokens.find(token), of: device.id, at: now)
            }
            return .list(selection(content, device), enterpriseID: device.settings(over: policy.defaults).enterpriseID)
        case .heartbeat(let heartbeat):
            let device = try device(of: request, in: database, at: now)
            return .heartbeat(try self.heartbeat(heartbeat, of: device, request, in: database, at: now))
        case .check(let subject, let mode, let position, let time):
            let device = try device(of: request, in: database, at: now)
            let record = record(request, device, subject, status: 0, mode: mode, time: time, position: position, at: now)
            let reason = try settle(record, of: subject, from: device, in: database, at: now)
            return .checked(reason, soundNumber: policy.sounds[reason] ?? 0)
        case .log(let subject, let status, let position, let time):
            let device = try device(of: request, in: database, at: now)
            let record = record(request, device, subject, status: status, mode: nil, time: time, position: position, at: now)
            try settle(record, of: subject, from: device, in: database, at: now)
            return .logged
        }
    }

    // MARK: Devices and tokens

    private func device(of request: DeviceRequest, in database: HubDatabase, at now: WallTime) throws -> Device {
        try device(request.deviceID ?? "", in: database, at: now)
    }

    /// The device of that id, registered now where the configuration allows it.
    func device(_ id: String, in database: HubDatabase, at now: WallTime) throws -> Device {
        guard Self.isDeviceID(id) else {
            throw Refusal(.invalidField, "device_id must be \(Self.deviceIDRule)")
        }
        if let device = try database.devices.find(id) {
            try Self.checkStanding(device)
            return device
        }
        guard policy.registersDevices else {
            throw Refusal(.unknownDevice, "device \(id) is unknown: register it with validator-hub add-device \(id)")
        }
        guard try database.devices.count() < policy.maximumDevices else {
            throw Refusal(.unknownDevice, "device \(id) is unknown, and there are devices.max already")
        }
        log(.notice, "registered device=\(id.logField)")
        return try database.devices.insert(id, at: now)
    }

    private static func checkStanding(_ device: Device) throws(Refusal) {
        guard device.revoked == nil else {
            throw Refusal(
                .deviceRevoked,
                "device \(device.id) is revoked; if it is back in good hands: validator-hub set-secret \(device.id)")
        }
    }

    /// A device of its own secret is not given a token for the fleet's.
    private func checkCredentials(_ request: DeviceRequest, in database: HubDatabase) throws {
        let device = try request.deviceID.flatMap { try database.devices.find($0) }
        if let device { try Self.checkStanding(device) }
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

    private func issueToken(
        to device: Device, in database: HubDatabase, at now: WallTime
    ) throws -> PlatformReply.Token {
        var random = SystemRandomNumberGenerator()
        let text = hexadecimal((0..<24).map { _ in UInt8.random(in: 0...255, using: &random) })
        try database.tokens.insert(text, AccessToken(deviceID: device.id, expires: now + policy.tokenLifetime))
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

    /// The device that asks for the keys, which the request need not name; nil when a token of every device does not tell.
    private func holder(
        of token: String, asking deviceID: String?, in database: HubDatabase, at now: WallTime
    ) throws -> String? {
        let holder: String?
        if let deviceID, policy.staticTokens.admit(token, of: deviceID) {
            holder = deviceID
        } else {
            holder =
                switch policy.staticTokens.holders(of: token).first {
                case .device(let id): id
                case .everyDevice: nil
                case nil: try AccessToken.owner(of: database.tokens.find(token), at: now)
                }
        }
        if let holder, let device = try database.devices.find(holder) { try Self.checkStanding(device) }
        return holder
    }

    private func keys(of deviceID: String?, in database: HubDatabase) throws -> KeyGroup {
        var group = try database.keys.ring().current ?? KeyGroup(version: "0", keys: [])
        group.revokedVersion = try database.keys.revokedVersion().map(String.init)
        if let deviceID { try database.devices.setKeysVersion(group.version, of: deviceID) }
        return group
    }

    // MARK: Heartbeats

    private func heartbeat(
        _ heartbeat: PlatformRequest.Heartbeat, of device: Device, _ request: DeviceRequest, in database: HubDatabase,
        at now: WallTime
    ) throws -> PlatformReply.HeartbeatReply.Content {
        let report = DeviceReport(
            time: heartbeat.time, softwareVersion: try request.softwareVersion(), versions: heartbeat.versions,
            position: heartbeat.position)
        try database.devices.keep(report, of: device.id, at: now)
        if let position = heartbeat.position {
            try database.positions.insert(
                position, deviceID: device.id, requestID: requestID(request, at: now), time: heartbeat.time, received: now)
        }
        log(.debug, "heartbeat device=\(device.id.logField)")
        let settings = device.settings(over: policy.defaults)
        return PlatformReply.HeartbeatReply.Content(
            enterpriseID: settings.enterpriseID, serverTime: now, modes: settings.modes,
            versions: try versions(for: device, in: database),
            window: settings.window.map { $0.dates(at: now, zone: policy.zone) })
    }

    private func versions(for device: Device, in database: HubDatabase) throws -> Versions {
        let cards = try database.cards.versions()
        var versions = Versions()
        versions.cards = String(cards.full)
        versions.cardIncrement = String(cards.increment)
        versions.lineCards = String(try device.line.flatMap { try database.cards.version(ofLine: $0) } ?? 0)
        versions.keys = String(try database.keys.currentVersion() ?? 0)
        return versions
    }

    /// What `isDeviceID` asks for, as a message says it.
    public static let deviceIDRule = "1 to 64 bytes of UTF-8 without control characters, and without blanks at its ends"

    /// Whether a request can name a device so.
    public static func isDeviceID(_ text: String) -> Bool {
        !text.isEmpty && isName(text) && text.first?.isWhitespace == false && text.last?.isWhitespace == false
    }

    private static func isName(_ text: String) -> Bool { text.utf8.count <= 64 && text == text.printable }

    /// A request without a usable `req_id` cannot be recognised when it comes again; it gets one of its own.
    func requestID(_ request: DeviceRequest, at now: WallTime) -> String {
        if let id = request.requestID, Self.isName(id) { return id }
        var random = SystemRandomNumberGenerator()
        return UniqueID.version7(at: now, using: &random).description
    }
}
