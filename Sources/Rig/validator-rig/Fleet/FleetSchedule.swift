import Base

import func Glibc.log

/// When which box does what. Heartbeats are spread evenly over their period, each somewhere in its share of it; whatever riders do comes
/// by chance, as riders do.
struct FleetSchedule: Sendable {
    struct Event: Hashable, Sendable {
        enum Kind: Hashable, Sendable {
            case heartbeat, tap, check, refresh
        }

        var kind: Kind
        var box: Int
        /// After the start.
        var due: Duration
    }

    private struct Stream {
        var kind: Event.Kind
        var perSecond: Double
        /// Seconds since the start.
        var next: Double
    }

    private let boxes: Int
    private let length: Double
    private var streams: [Stream] = []
    /// Of one heartbeat after the other, in seconds.
    private let share: Double
    private var heartbeats = 0
    private var random: SeededGenerator

    init(_ plan: FleetPlan, seed: UInt64) {
        precondition(plan.boxes > 0, "a fleet without boxes")
        boxes = plan.boxes
        length = Self.seconds(plan.length)
        random = SeededGenerator(seed: seed)
        let beats = plan.heartbeatPeriod > .zero && plan.flood == nil
        share = Self.seconds(plan.heartbeatPeriod) / Double(plan.boxes)
        if beats { streams.append(Stream(kind: .heartbeat, perSecond: 0, next: .random(in: 0..<share, using: &random))) }
        guard plan.flood == nil else { return }
        let rates: [(Event.Kind, Double)] = [
            (.tap, plan.tapsPerSecond), (.check, plan.checksPerSecond), (.refresh, plan.refreshesPerSecond),
        ]
        for (kind, rate) in rates where rate > 0 {
            streams.append(Stream(kind: kind, perSecond: rate, next: pause(rate)))
        }
    }

    /// When the next event is due, after the start; nil when there is none any more.
    var next: Duration? {
        streams.map(\.next).min().flatMap { $0 < length ? Self.duration($0) : nil }
    }

    /// All that is due by `time` after the start and was not taken before, in order of each kind.
    mutating func take(until time: Duration) -> [Event] {
        var events: [Event] = []
        let end = min(Self.seconds(time), length.nextDown)
        for index in streams.indices {
            while streams[index].next <= end {
                let stream = streams[index]
                events.append(Event(kind: stream.kind, box: box(for: stream.kind), due: Self.duration(stream.next)))
                streams[index].next = following(stream)
            }
        }
        return events
    }

    private mutating func box(for kind: Event.Kind) -> Int {
        kind == .heartbeat ? heartbeats % boxes : .random(in: 0..<boxes, using: &random)
    }

    private mutating func following(_ stream: Stream) -> Double {
        guard stream.kind == .heartbeat else { return stream.next + pause(stream.perSecond) }
        heartbeats += 1
        return share * (Double(heartbeats) + .random(in: 0..<1, using: &random))
    }

    /// Between two of many that do not know of each other.
    private mutating func pause(_ perSecond: Double) -> Double {
        -log(1 - Double.random(in: 0..<1, using: &random)) / perSecond
    }

    private static func seconds(_ duration: Duration) -> Double { Double(duration.wholeNanoseconds) / 1e9 }
    private static func duration(_ seconds: Double) -> Duration { .nanoseconds(Int64((seconds * 1e9).rounded(.up))) }
}
