import Base
import PlatformAPI

/// Emptying the outbox.
extension Validator {
    mutating func uploadWhatMayGo(at moment: Moment, effects: inout [Effect]) {
        // A heartbeat's reply brings the time; until then a record of a box without a clock would be sent as of 1970.
        guard isTimeKnown || heartbeats.hasSucceeded else { return }
        while let upload = uploads.next(at: moment.instant) {
            let time = wall(of: upload.stamp, at: moment)
            let content: PlatformRequest.Content =
                switch upload.content {
                case .booking(let subject): .check(subject, .offline, position: upload.position, time: time)
                case .log(let subject, let status): .log(subject, status: status, position: upload.position, time: time)
                case .position:
                    .heartbeat(
                        heartbeat(
                            of: PositionRecord(requestID: upload.requestID, stamp: upload.stamp, position: upload.position),
                            at: moment))
                }
            uploads.sent(upload, as: link.send(content, as: upload.requestID, for: .upload, effects: &effects))
        }
        if let load = uploads.loadIfNeeded(at: moment.instant) {
            effects.append(.loadBacklog(limit: load.limit, fromStart: load.fromStart))
        }
    }

    mutating func finishUpload(
        _ id: ExchangeID, _ result: Result<PlatformReply, ExchangeFailure>, at moment: Moment, effects: inout [Effect]
    ) {
        let verdict: PlatformReply.Verdict
        switch result {
        case .success(let reply):
            guard let found = reply.verdict else { return uploads.failed(id, .undecodable, at: moment.instant, using: &random) }
            verdict = found
        case .failure(let failure): return uploads.failed(id, failure.kind, at: moment.instant, using: &random)
        }
        guard let (upload, outcome) = uploads.answered(id, verdict, at: moment.instant, using: &random) else { return }
        switch outcome {
        case .delivered: effects.append(.outbox(.delivered(upload.key)))
        case .refusedOnce: effects.append(.outbox(.refusedOnce(upload.key)))
        case .refusedForGood:
            effects.append(.outbox(.refused(upload.key, code: verdict.code, message: verdict.message)))
            effects.tell(
                .warning,
                """
                platform refuses upload \(upload.requestID): \(verdict.code) \(verdict.message); \
                kept apart, see validatorctl outbox refused
                """)
        }
    }
}

extension PlatformReply {
    /// Whatever the call, what the platform said of it; nil for a reply that no upload expects.
    var verdict: Verdict? {
        switch self {
        case .heartbeat(let reply): reply.verdict
        case .check(let reply): reply.verdict
        case .log(let verdict): verdict
        case .list, .keys, .token: nil
        }
    }
}
