import Base

/// How boxes were served: who went without an answer, and for how long.
struct FleetService: Sendable {
    /// When the first of the exchanges began that a box has got no answer to since its last answer.
    private var waitingSince: [Instant?]
    /// From there to the next answer, of each time that a box got none.
    private(set) var outages = LatencyHistogram()
    private(set) var longestSilence = Duration.zero
    private var lastAnswer: Instant
    private let start: Instant
    private var servedSeconds: Set<Int64> = []

    init(boxes: Int, start: Instant) {
        waitingSince = Array(repeating: nil, count: boxes)
        self.start = start
        lastAnswer = start
    }

    /// Any answer serves, a refusal too.
    mutating func answered(_ box: Int, at now: Instant) {
        longestSilence = max(longestSilence, now - lastAnswer)
        lastAnswer = now
        servedSeconds.insert((now - start).wholeSeconds)
        guard let since = waitingSince[box] else { return }
        outages.record(now - since)
        waitingSince[box] = nil
    }

    mutating func failed(_ box: Int, begun: Instant) {
        if waitingSince[box] == nil { waitingSince[box] = begun }
    }

    /// Boxes that are waiting still.
    var unservedCount: Int { waitingSince.count { $0 != nil } }

    /// Of the whole seconds from the start to `now`, those in which no box got an answer.
    func secondsWithoutService(until now: Instant) -> Int {
        let all = (now - start).wholeSeconds
        return Int(all) - servedSeconds.count { $0 < all }
    }
}
