extension StatusReport {
    /// `latency_us`: from the tap to the decision, to the durable record, and to the light.
    public struct Latency: ControlValue {
        public var decide = Percentiles()
        public var durable = Percentiles()
        public var answer = Percentiles()

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("decide", &decide)
            member("durable", &durable)
            member("answer", &answer)
        }
    }

    /// Of all taps since the start; nil before any. Exact to three percent.
    public struct Percentiles: ControlValue {
        public var median: Duration?
        public var percentile99: Duration?
        public var maximum: Duration?
        public var count: Int?

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("p50", microseconds: &median)
            member("p99", microseconds: &percentile99)
            member("max", microseconds: &maximum)
            member("count", &count)
        }
    }
}
