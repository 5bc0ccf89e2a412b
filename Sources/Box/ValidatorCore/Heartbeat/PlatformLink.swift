import Base
import PlatformAPI

/// The link to the platform: the exchanges under way, and the one truth about whether the platform answers, by which riders
/// wait for it and which a technician reads.
public struct PlatformLink: Sendable {
    public enum State: Sendable {
        /// No exchange has told anything yet.
        case unknown
        /// The last exchange that tells brought a reply, whatever its `ret_code`.
        case up
        /// Nothing at all came to the last exchange that tells, or no usable reply to a heartbeat. An upload, a check or a
        /// download that is answered with an error tells nothing: the platform may fail at that one call only.
        case down
    }

    /// What an exchange is for.
    enum Purpose: Sendable {
        case heartbeat(PositionRecord)
        case check
        case upload
        /// Of a list or keys, or of the token for it.
        case download

        fileprivate var isHeartbeat: Bool {
            if case .heartbeat = self { true } else { false }
        }
    }

    public private(set) var state = State.unknown
    /// When a reply last came, whatever its `ret_code`.
    public private(set) var lastSuccess: Instant?
    /// Why the latest exchange failed, of whatever kind it was; nil when none has failed since the last success.
    public private(set) var lastError: String?

    private let timeout: Duration
    private var exchanges: [ExchangeID: Purpose] = [:]
    private var nextNumber: UInt64 = 1
    /// When the last exchange ended, however it did.
    private var lastEnd: Instant?
    /// What was last told of a platform that does not do as it should.
    private var complaint: (text: String, at: Instant)?

    /// - Parameter timeout: `platform.timeout_ms`, for exchanges that have none of their own.
    init(timeout: Duration) {
        self.timeout = timeout
    }

    /// True while nobody should wait for the platform: the last exchange that tells failed, and one ended lately.
    func isDown(at now: Instant) -> Bool {
        guard state == .down, let lastEnd else { return false }
        return now - lastEnd < CircuitBreaker.pause
    }

    mutating func send(
        _ content: PlatformRequest.Content, as requestID: UniqueID, for purpose: Purpose, timeout: Duration? = nil,
        effects: inout [Effect]
    ) -> ExchangeID {
        let id = ExchangeID(number: nextNumber)
        nextNumber += 1
        exchanges[id] = purpose
        effects.append(
            .send(id, PlatformRequest(requestID: requestID, content: content, timeout: timeout ?? self.timeout)))
        return id
    }

    /// The exchange is over. Returns what it was for.
    mutating func end(
        _ id: ExchangeID, _ result: Result<PlatformReply, ExchangeFailure>, at now: Instant, effects: inout [Effect]
    ) -> Purpose {
        guard let purpose = exchanges.removeValue(forKey: id) else {
            preconditionFailure("an exchange was begun here, and ends once")
        }
        lastEnd = now
        switch result {
        case .success:
            if state == .down {
                effects.tell(.info, "platform answers again")
                complaint = nil
            }
            (state, lastSuccess, lastError) = (.up, now, nil)
        case .failure(let failure):
            lastError = failure.text
            guard failure.isOfLink || purpose.isHeartbeat else { break }
            state = .down
            complain(
                "platform does not answer: \(failure.text); going on offline, records are kept", at: now, effects: &effects)
        }
        return purpose
    }

    /// Tells what is wrong with the platform, which each exchange finds anew: when it is something else than before, and then
    /// seldom.
    mutating func complain(_ text: String, at now: Instant, effects: inout [Effect]) {
        if let complaint, now - complaint.at < (complaint.text == text ? Limits.sameComplaint : Limits.otherComplaint) { return }
        complaint = (text, now)
        effects.tell(.warning, text)
    }
}
