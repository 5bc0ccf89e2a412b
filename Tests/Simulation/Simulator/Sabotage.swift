/// A deliberate fault in the wiring around the core or in the platform, to prove that the checks see one.
package enum Sabotage: String, CaseIterable {
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
        }
    }
}
