import Base
import Fares
import HubDomain
import HubStore
import PlatformAPI

/// A device's request as it was read, with all that is known of it before the store is asked.
public struct PendingRequest: Sendable {
    /// A check, booking or log.
    struct Tap: Sendable {
        var record: TapRecord
        var subject: Subject
        /// Of which record it may be the repetition.
        var query: RecordQuery
        /// What a ticket says, whoever made it.
        var ticket: Ticket?
    }

    /// Who asks for keys.
    enum Holder: Sendable {
        case device(String)
        case everyDevice
        /// Whoever the token was given to.
        case token
    }

    let request: DeviceRequest
    /// What it says of whoever sent it.
    let credentials: CallCredentials
    /// When it came in.
    let now: WallTime
    let content: Result<PlatformRequest.Content, FieldError>
    /// `device_id`; nil where it can be no device's.
    let deviceID: String?
    /// `req_id`, or one of the hub's own; empty where none is needed.
    var requestID = ""
    var tap: Tap?
    /// Of a booking or log: by what it would be known among those that were put aside. Nil for all else, which is refused where it is wrong.
    var asideKey: SetAsideRecord.Key?
    /// As it goes on to the platform; nil of what never does, and where there is none.
    var forwarded: ForwardedCall?
    var holder = Holder.token
    /// Whether its token is one that an operator set by hand for its device.
    var isTokenStatic = false

    /// Says what it needs to know.
    /// - Parameter mayRegister: whether devices register themselves.
    func want(_ wanted: inout WantedFacts, mayRegister: Bool) {
        guard case .success(let content) = content else { return wantRegardless(&wanted, mayRegister: mayRegister) }
        if case .keys(let token) = content {
            wanted.keyRing()
            switch holder {
            case .device(let id): wanted.device(id)
            case .everyDevice: if let deviceID { wanted.device(deviceID) }
            case .token: want(token, &wanted)
            }
            return
        }
        guard let deviceID else { return wantRegardless(&wanted, mayRegister: mayRegister) }
        wanted.device(deviceID, mayRegister: mayRegister)
        switch content {
        case .heartbeat:
            if let forwarded { wanted.forward(forwarded.key) } else { wanted.listVersions() }
        case .fullCardList(let token, _), .cardIncrement(let token, _), .lineCardList(let token, _):
            if !isTokenStatic { want(token, &wanted) }
        case .check, .log:
            if let asideKey { wanted.setAside(asideKey, ofUnknownOnly: true) }
            guard let forwarded else { return tap?.want(&wanted, of: deviceID) ?? () }
            tap?.wantRecord(&wanted)
            wanted.forward(forwarded.key)
        case .keys, .token: break
        }
    }

    /// Whom a call is from is asked before what it says, so that it must be known of one that says nothing right, too.
    private func wantRegardless(_ wanted: inout WantedFacts, mayRegister: Bool) {
        if let deviceID { wanted.device(deviceID, mayRegister: mayRegister) }
        if let asideKey { wanted.setAside(asideKey) }
    }

    /// A text that can be no token is not looked for.
    private func want(_ token: String, _ wanted: inout WantedFacts) {
        if DeviceService.isName(token) { wanted.token(token) }
    }
}

extension PendingRequest.Tap {
    /// What it takes to keep the record.
    func wantRecord(_ wanted: inout WantedFacts) {
        wanted.record(query)
        if case .ticket = subject { wanted.keyRing() }
    }

    /// What it takes to decide by the hub's own lists, too.
    func want(_ wanted: inout WantedFacts, of deviceID: String) {
        wantRecord(&wanted)
        guard record.checkMode == .online else { return }
        switch subject {
        case .card(let card): wanted.standing(of: card, forDevice: deviceID)
        case .ticket:
            guard let ticket else { return }
            wanted.standing(of: ticket.card, forDevice: deviceID)
            wanted.usedTicket(ticket.name)
        }
    }
}
