import HubDomain

/// What the platform's answers to bookings and logs mean.
struct ForwardPolicy: Sendable {
    /// The longest pause before a call is sent again that was refused.
    static let longestRefusalPause = Duration.seconds(30)
    /// The longest pause before a call is sent again that alone gets no usable reply.
    static let longestTroublePause = Duration.seconds(3600)
    /// A call that gets no usable reply for so long, while others are answered, is put aside.
    static let troubleLife = Duration.seconds(86400)

    var acceptedCodes: Set<Int> = []
    var finalCodes: Set<Int> = []
    var maximumRefusals = 8

    init() {}

    init(_ settings: UpstreamSettings) {
        (acceptedCodes, finalCodes) = (settings.acceptedCodes, settings.finalCodes)
        maximumRefusals = settings.maximumRefusals
    }

    /// - Parameter refusals: with this one.
    func fate(code: Int, refusals: Int) -> ForwardFate {
        if code == 0 || acceptedCodes.contains(code) { return .delivered }
        return finalCodes.contains(code) || refusals >= maximumRefusals ? .refused : .refusedOnce
    }
}
