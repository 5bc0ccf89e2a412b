/// A deliberate fault in the wiring around the core or in the platform, to prove that the checks see one.
package enum Sabotage: String, CaseIterable, Sendable {
    case lightBeforeRecord
    case loseOutboxAtCut
    case forgetUsedTickets
    case forgetRecentTaps
    case freshRequestIDs
    case bookRefusedTaps
    case sleepThroughTimers
    case dropUploads
    case truncateLists
    case forgetState
    case acceptExpiredTickets
    case lieAboutSync
    case hubAnswersBeforeCommit
    case forgetOngoingReadings
    case dropSightings
    case uploadWhatIsCollected
    case forgetToGiveBack
    case neverShutDown
    case shutDownInDisorder
    case neverPark
    case loseHandedOver

    /// The promises of which the first to break is this fault's doing.
    package var breaks: Set<Promise> {
        switch self {
        case .lightBeforeRecord: [.recordBeforeLight]
        case .loseOutboxAtCut: [.recordSurvives]
        case .forgetUsedTickets: [.singleRideOnce]
        case .forgetRecentTaps: [.repeatsAreRepeated]
        case .freshRequestIDs: [.uploadsBelongToTaps]
        case .bookRefusedTaps: [.refusedTapsAreNotBooked]
        case .sleepThroughTimers: [.everyTapIsAnswered]
        case .dropUploads: [.everythingArrives, .recordSurvives]
        case .truncateLists: [.listsAreWhole]
        case .forgetState: [.stateSurvives]
        case .acceptExpiredTickets: [.decisionsAreRight]
        case .lieAboutSync: [.recordBeforeLight]
        case .hubAnswersBeforeCommit: [.everythingArrives, .recordSurvives]
        case .forgetOngoingReadings, .dropSightings: [.visitsArePaired]
        case .uploadWhatIsCollected: [.collectedStaysOnStick, .countsAgree]
        case .forgetToGiveBack: [.countsAgree, .everythingArrives]
        case .neverShutDown: [.shutsDownInTime]
        case .shutDownInDisorder: [.uploadsAreNotRepeated]
        case .neverPark: [.heartbeatsKeepTime]
        case .loseHandedOver: [.recordSurvives]
        }
    }
}
