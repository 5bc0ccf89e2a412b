/// Why a download comes to nothing.
struct ListSetback: Error {
    var reason: String
    /// How long the platform asks not to be asked again.
    var retryAfter: Duration?
    /// Whether operators must look, because it does not go away by itself.
    var isAlarm = false
}
