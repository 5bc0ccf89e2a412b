/// Which light a tap must bring, and how soon.
struct Expectation: Hashable, Sendable {
    enum Light: String, CaseIterable, Sendable {
        case green, red
        /// Green or red.
        case any
        /// No light in that time.
        case none
    }

    var light: Light
    var within: Duration
    /// What the report calls the tap.
    var label: String
}
