import Base
import ValidatorCore

extension Configuration {
    /// What of the configuration the decisions depend on.
    public func policy(boot: UniqueID, buildDate: WallTime) -> Policy {
        var policy = Policy(boot: boot, buildDate: buildDate)
        policy.sources =
            readers.map { reader in
                Policy.Source(
                    id: reader.id, kind: .reader(reader.cardNumber), repeatInterval: reader.repeatInterval,
                    decides: reader.role == .validate, readEventTimeout: reader.readEventTimeout,
                    countsEverySighting: reader.protocol.reportsReads,
                    isOneTapPerPresentation: reader.isOneTapPerPresentation)
            }
            + scanners.map { scanner in
                Policy.Source(id: scanner.id, kind: .scanner, repeatInterval: scanner.repeatInterval)
            }
        policy.requestTimeout = platform.timeout
        policy.listTimeout = platform.listTimeout
        policy.onlineTimeout = platform.onlineTimeout
        policy.fallbackCodes = platform.fallbackCodes
        policy.unlisted = platform.unlisted
        policy.checkWindow = platform.checkWindow
        policy.checkWindowMaximumAge = platform.checkWindowMaximumAge
        policy.latePositions = platform.latePositions
        policy.offlineUploads = platform.offlineUploads
        switch platform.token.kind {
        case .fixed: policy.token = .fixed(platform.token.value)
        case .call: policy.token = .call
        }
        policy.reportInterval = gps.reportInterval
        policy.parkedInterval = gps.parkedInterval
        policy.parkedAfter = gps.parkedAfter
        policy.tickets = tickets.settings
        policy.unknownTickets = tickets.unknown
        policy.maximumRecords = outbox.maximumRecords
        policy.concurrency = outbox.concurrency
        policy.maximumRefusals = outbox.maximumRefusals
        policy.maximumBackoff = outbox.maximumBackoff
        policy.acceptedCodes = outbox.acceptedCodes
        policy.finalCodes = outbox.finalCodes
        policy.tracksReadEvents = management.readEvents != nil
        return policy
    }
}
