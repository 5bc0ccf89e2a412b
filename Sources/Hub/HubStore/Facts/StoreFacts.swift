import Base
import Fares
import HubDomain

/// The facts of one batch and what its requests make of them: a later request of the batch finds what an earlier one did.
public struct StoreFacts: Sendable {
    struct DeviceState: Sendable {
        var device: Device
        var changed: StoreChanges.DeviceParts = []
    }

    private var devices: [String: DeviceState]
    private var deviceCount: Int?
    private var tokens: [String: AccessToken]
    private var newTokens: [NamedToken] = []
    private var tokensEnded: Set<String> = []
    let cards: [CardNumber: Bool]
    let lineCards: [String: [CardNumber: Bool]]
    private var usedNames: Set<[UInt8]>
    private var newlyUsed: [UsedTicket] = []
    var records: RecordFacts
    var aside: SetAsideFacts
    private var positions: [StoredPosition] = []
    private var positionIndexes: [PositionName: [Int]] = [:]
    private var enrolments: [[UInt8]: Enrolment]
    private var keptEnrolments: Set<[UInt8]> = []
    private var codesEnded: Set<String> = []
    private var forwards: [ForwardKey: Forward]
    /// In the order in which they were first kept.
    private var keptForwards: [ForwardKey] = []
    private var keptForwardKeys: Set<ForwardKey> = []
    private let flags: [WantedFacts.ListFlag: Bool]
    private let loadedKeys: KeyFacts?
    private let loadedVersions: VersionFacts?
    private var rehearsesRecord = false
    private var journal: [Undo] = []

    private struct PositionName: Hashable, Sendable {
        var deviceID: String
        var requestID: String
    }

    private enum Undo: Sendable {
        case device(String, DeviceState?)
        case token(String)
        case tokensEnded(String, wasEnded: Bool, tokens: [String: AccessToken], newTokens: [NamedToken])
        case enrolment([UInt8], Enrolment?, wasKept: Bool)
        case codesEnded(String, wasEnded: Bool, enrolments: [[UInt8]: Enrolment], kept: Set<[UInt8]>)
        case forward(ForwardKey, Forward?, wasKept: Bool)
        case usedTicket
        case usedTicketName([UInt8])
        case position(PositionName)
        case positionRepeated(Int)
    }

    public init(_ loaded: LoadedFacts) {
        devices = loaded.devices.mapValues { DeviceState(device: $0) }
        deviceCount = loaded.deviceCount
        tokens = loaded.tokens
        (cards, lineCards) = (loaded.cards, loaded.lineCards)
        usedNames = loaded.usedTickets
        records = RecordFacts(loaded.records)
        aside = SetAsideFacts(loaded)
        enrolments = loaded.enrolments
        (forwards, flags) = (loaded.forwards, loaded.flags)
        (loadedKeys, loadedVersions) = (loaded.keys, loaded.versions)
    }

    /// Runs one request of the batch. When it throws, what it changed is undone, and nothing else.
    public mutating func attempt<Value>(_ body: (inout StoreFacts) throws -> Value) -> Result<Value, any Error> {
        journal.removeAll(keepingCapacity: true)
        records.forgetJournal()
        aside.forgetJournal()
        do {
            return .success(try body(&self))
        } catch {
            undo()
            return .failure(error)
        }
    }

    /// What became of it.
    public var changes: StoreChanges {
        var changes = StoreChanges()
        for state in devices.values where !state.changed.isEmpty {
            changes.devices.append(StoreChanges.DeviceChange(device: state.device, parts: state.changed))
        }
        changes.tokensEnded = Array(tokensEnded)
        changes.tokens = newTokens
        changes.newRecords = records.inserted
        changes.updatedRecords = records.updated
        changes.positions = positions
        changes.setAside = aside.kept
        changes.setAsideRemoved = Array(aside.removed)
        changes.usedTickets = newlyUsed
        changes.rehearsesRecord = rehearsesRecord
        changes.codesEnded = Array(codesEnded)
        changes.enrolments = keptEnrolments.compactMap { enrolments[$0] }
        changes.forwards = keptForwards.compactMap { forwards[$0] }
        return changes
    }

    /// Finds out whether a record could be written now: the batch fails where it could not.
    public mutating func rehearseRecord() { rehearsesRecord = true }

    // MARK: Devices

    /// Nil when nobody registered it. It must have been wanted.
    public func device(_ id: String) -> Device? { devices[id]?.device }

    /// With those that this batch registered. To be asked only when a wanted device is missing.
    public var countOfDevices: Int {
        guard let deviceCount else { preconditionFailure("the number of devices was not wanted") }
        return deviceCount
    }

    /// Registers a device that is not registered yet.
    public mutating func register(_ device: Device) {
        precondition(devices[device.id] == nil, "a device is registered once")
        journal.append(.device(device.id, nil))
        devices[device.id] = DeviceState(device: device, changed: .registration)
        deviceCount? += 1
    }

    /// Changes what `parts` say of a device that is registered; nothing happens to another.
    public mutating func change(
        _ id: String, _ parts: StoreChanges.DeviceParts, _ change: (inout Device) -> Void
    ) {
        guard var state = devices[id] else { return }
        journal.append(.device(id, state))
        change(&state.device)
        state.changed.formUnion(parts)
        devices[id] = state
    }

    // MARK: Tokens

    /// Nil for a text that is no token. It must have been wanted.
    public func token(_ text: String) -> AccessToken? { tokens[text] }

    /// A new one. Beyond `AccessToken.maximumPerDevice` those of the device go that end first.
    public mutating func add(_ token: NamedToken) {
        journal.append(.token(token.text))
        tokens[token.text] = token.token
        newTokens.append(token)
    }

    /// All tokens of a device are good no longer.
    public mutating func endTokens(of deviceID: String) {
        journal.append(
            .tokensEnded(deviceID, wasEnded: tokensEnded.contains(deviceID), tokens: tokens, newTokens: newTokens))
        tokensEnded.insert(deviceID)
        tokens = tokens.filter { $0.value.deviceID != deviceID }
        newTokens.removeAll { $0.token.deviceID == deviceID }
    }

    // MARK: Enrolments

    /// What is kept of a code; nil when nothing is. Its digest must have been wanted.
    public func enrolment(_ digest: [UInt8]) -> Enrolment? { enrolments[digest] }

    /// A new one, or what became of one.
    public mutating func keep(_ enrolment: Enrolment) {
        let digest = enrolment.digest
        journal.append(.enrolment(digest, enrolments[digest], wasKept: keptEnrolments.contains(digest)))
        enrolments[digest] = enrolment
        keptEnrolments.insert(digest)
    }

    /// All codes of a device that nobody has used are good no longer.
    public mutating func endCodes(of deviceID: String) {
        journal.append(
            .codesEnded(deviceID, wasEnded: codesEnded.contains(deviceID), enrolments: enrolments, kept: keptEnrolments))
        codesEnded.insert(deviceID)
        enrolments = enrolments.filter { $0.value.deviceID != deviceID || $0.value.used != nil }
        keptEnrolments = keptEnrolments.filter { enrolments[$0] != nil }
    }

    // MARK: Calls for the platform

    /// Nil where none is known of that key, which must have been wanted.
    public func forward(_ key: ForwardKey) -> Forward? { forwards[key] }

    /// A new one, or what became of one.
    public mutating func keep(_ forward: Forward) {
        let wasKept = !keptForwardKeys.insert(forward.key).inserted
        journal.append(.forward(forward.key, forwards[forward.key], wasKept: wasKept))
        forwards[forward.key] = forward
        if !wasKept { keptForwards.append(forward.key) }
    }

    // MARK: Lists and keys

    /// On a list of the platform's; nil where the card is not on it. It must have been wanted.
    public func flag(of card: CardNumber, on selection: ListSelection) -> Bool? {
        selection.generationLine.flatMap { flags[WantedFacts.ListFlag(card: card, list: $0)] }
    }

    /// On the white list, and on the list of `line`. The card must have been wanted, for a device of that line.
    public func standing(of card: CardNumber, line: String?) -> CardStanding {
        let isListed = cards[card]
        return CardStanding(
            isBlocked: isListed == false, isOnWhiteList: isListed == true,
            isOnLineList: line.flatMap { lineCards[$0]?[card] } ?? false)
    }

    public var keys: KeyFacts {
        guard let loadedKeys else { preconditionFailure("the keys were not wanted") }
        return loadedKeys
    }

    public var versions: VersionFacts {
        guard let loadedVersions else { preconditionFailure("the versions were not wanted") }
        return loadedVersions
    }

    // MARK: Used tickets and positions

    /// Whether a ticket has been used. Its name must have been wanted.
    public func isUsed(_ name: [UInt8]) -> Bool { usedNames.contains(name) }

    /// Remembers that a ticket has been used; nothing happens when it was.
    public mutating func use(_ ticket: UsedTicket) {
        if usedNames.insert(ticket.bytes).inserted { journal.append(.usedTicketName(ticket.bytes)) } else { return }
        journal.append(.usedTicket)
        newlyUsed.append(ticket)
    }

    /// Keeps where a device was.
    public mutating func keep(_ position: StoredPosition) {
        let name = PositionName(deviceID: position.deviceID, requestID: position.requestID)
        let times = position.identity.times
        let earlier = positionIndexes[name]?.first { index in
            times.lowerBound.seconds <= positions[index].time.seconds && positions[index].time.seconds <= times.upperBound.seconds
        }
        if let earlier {
            journal.append(.positionRepeated(earlier))
            positions[earlier].duplicates += 1
        } else {
            journal.append(.position(name))
            positionIndexes[name, default: []].append(positions.count)
            positions.append(position)
        }
    }

    // MARK: Undoing

    private mutating func undo() {
        records.undo()
        aside.undo()
        while let step = journal.popLast() {
            switch step {
            case .device(let id, let state):
                if state == nil { deviceCount? -= 1 }
                devices[id] = state
            case .token(let text):
                tokens[text] = nil
                newTokens.removeAll { $0.text == text }
            case .tokensEnded(let id, let wasEnded, let tokens, let newTokens):
                if !wasEnded { tokensEnded.remove(id) }
                (self.tokens, self.newTokens) = (tokens, newTokens)
            case .enrolment(let digest, let enrolment, let wasKept):
                enrolments[digest] = enrolment
                if !wasKept { keptEnrolments.remove(digest) }
            case .codesEnded(let id, let wasEnded, let enrolments, let kept):
                if !wasEnded { codesEnded.remove(id) }
                (self.enrolments, keptEnrolments) = (enrolments, kept)
            case .forward(let key, let forward, let wasKept):
                forwards[key] = forward
                if !wasKept {
                    keptForwards.removeLast()
                    keptForwardKeys.remove(key)
                }
            case .usedTicket: newlyUsed.removeLast()
            case .usedTicketName(let name): usedNames.remove(name)
            case .position(let name):
                positions.removeLast()
                positionIndexes[name]?.removeLast()
            case .positionRepeated(let index): positions[index].duplicates -= 1
            }
        }
    }
}
