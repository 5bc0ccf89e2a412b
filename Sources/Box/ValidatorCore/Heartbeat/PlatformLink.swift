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
        /// Of a code that no codec knows.
        case platformCodeCheck
        case upload
        /// Of a list or keys, or of the token for it.
        case download

        fileprivate var isHeartbeat: Bool {
            if case .heartbeat = self { true } else { false }
        }

        /// A platform that answers may take longer for it: to gather a list, or to look for a code that it does not know. Heartbeats tell
        /// then.
        fileprivate var mayTakeLonger: Bool {
            switch self {
            case .platformCodeCheck, .download: true
            case .heartbeat, .check, .upload: false
            }
        }

        fileprivate var isUpload: Bool {
            if case .upload = self { true } else { false }
        }
    }

    /// An exchange that brought no usable reply.
    public struct Fault: Sendable {
        public var call: PlatformCall
        public var text: String
        public var at: Instant
    }

    public private(set) var state = State.unknown
    /// When a reply last came, whatever its `ret_code`.
    public private(set) var lastSuccess: Instant?
    /// The latest exchange that failed, of whatever kind it was; nil when none has yet. Others may have succeeded since.
    public private(set) var lastFault: Fault?
    /// The latest upload that failed.
    public private(set) var lastUploadFault: Fault?

    private let timeout: Duration
    private var exchanges: [ExchangeID: (purpose: Purpose, call: PlatformCall)] = [:]
    private var nextNumber: UInt64 = 1
    /// When the last exchange ended, however it did.
    private var lastEnd: Instant?
    private var complaints = Complaints()

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
        exchanges[id] = (purpose, PlatformCall(content))
        effects.append(
            .send(id, PlatformRequest(requestID: requestID, content: content, timeout: timeout ?? self.timeout)))
        return id
    }

    /// The exchange is over. Returns what it was for.
    mutating func end(
        _ id: ExchangeID, _ result: Result<PlatformReply, ExchangeFailure>, at now: Instant, effects: inout [Effect]
    ) -> Purpose {
        guard let (purpose, call) = exchanges.removeValue(forKey: id) else {
            preconditionFailure("an exchange was begun here, and ends once")
        }
        lastEnd = now
        switch result {
        case .success:
            if state == .down {
                effects.tell(.info, "platform answers again")
                complaints.settle(Self.platformSubject)
            }
            (state, lastSuccess) = (.up, now)
        case .failure(let failure):
            let fault = Fault(call: call, text: failure.text, at: now)
            lastFault = fault
            if purpose.isUpload { lastUploadFault = fault }
            guard failure.isOfLink && !(purpose.mayTakeLonger && failure.kind == .timeout) || purpose.isHeartbeat else { break }
            state = .down
            complain(
                "platform does not answer: \(failure.text); going on offline, records are kept", at: now, effects: &effects)
        }
        return purpose
    }

    private static let platformSubject = "platform"

    /// Tells what is wrong with the platform, which each exchange finds anew: when it is something else than before on its
    /// subject, and then seldom.
    mutating func complain(
        _ text: String, about subject: String = platformSubject, every interval: Duration = Limits.sameComplaint, at now: Instant,
        effects: inout [Effect]
    ) {
        if complaints.isDue(subject, text, every: interval, at: now) { effects.tell(.warning, text) }
    }

    /// What was complained of on this subject is right again.
    mutating func settle(_ subject: String) { complaints.settle(subject) }
}
