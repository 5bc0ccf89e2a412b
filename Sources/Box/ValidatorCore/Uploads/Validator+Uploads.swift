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
        switch result {
        case .success(let reply):
            guard let verdict = reply.verdict else {
                return failUpload(
                    id, ExchangeFailure(.undecodable, "the reply belongs to another call"), at: moment.instant, effects: &effects)
            }
            guard let (upload, outcome) = uploads.answered(id, verdict, at: moment.instant, using: &random) else { return }
            settle(upload, outcome, code: verdict.code, message: verdict.message, effects: &effects)
        case .failure(let failure): failUpload(id, failure, at: moment.instant, effects: &effects)
        }
    }

    /// An upload that never gets a usable reply is never silent.
    private mutating func failUpload(
        _ id: ExchangeID, _ failure: ExchangeFailure, at now: Instant, effects: inout [Effect]
    ) {
        let fate = uploads.failed(id, failure, at: now, using: &random)
        if !failure.isOfLink, let fault = link.lastUploadFault {
            link.complain(
                """
                \(fault.call.rawValue) gets no usable reply: \(failure.text). Its records are kept and sent again; see validatorctl \
                outbox
                """, about: fault.call.rawValue, at: now, effects: &effects)
        }
        guard let fate else { return }
        settle(fate.upload, fate.verdict, code: Self.noCode, message: failure.text, effects: &effects)
    }

    /// In the place of `ret_code` where the platform gave none.
    private static let noCode = -1

    private func settle(
        _ upload: Upload, _ outcome: UploadSchedule.Verdict, code: Int, message: String, effects: inout [Effect]
    ) {
        switch outcome {
        case .delivered: effects.append(.outbox(.delivered(upload.key)))
        case .refusedOnce: effects.append(.outbox(.refusedOnce(upload.key)))
        case .refusedForGood:
            effects.append(.outbox(.refused(upload.key, code: code, message: message)))
            effects.tell(
                .warning,
                """
                platform refuses upload \(upload.requestID): \(code) \(message.quoted); \
                kept apart, see validatorctl outbox refused
                """)
        }
    }
}
