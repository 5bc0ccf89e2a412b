/// How long something took, over and over: percentiles in bounded memory (8 kB), exact to about 3 percent.
///
/// Buckets are 1 µs wide up to 64 µs, and then 32 to each doubling, as in Gil Tene's HdrHistogram.
public struct LatencyHistogram: Sendable {
    private static let longest = Int(UInt32.max)

    private var counts = [Int](repeating: 0, count: Self.bucket(longest) + 1)
    public private(set) var count = 0
    public private(set) var maximumMicroseconds = 0

    public init() {}

    /// Counts one measurement; a negative one as 0, one above 71 minutes as that.
    public mutating func record(_ duration: Duration) {
        let microseconds = min(max(Int(clamping: duration.wholeMicroseconds), 0), Self.longest)
        counts[Self.bucket(microseconds)] += 1
        count += 1
        maximumMicroseconds = max(maximumMicroseconds, microseconds)
    }

    /// The time within which the fraction `quantile` (0...1) of all measurements stayed, in microseconds. Nil before any.
    public func microseconds(quantile: Double) -> Int? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((quantile * Double(count)).rounded(.up)))
        var passed = 0
        for (bucket, bucketCount) in counts.enumerated() {
            passed += bucketCount
            if passed >= rank { return min(Self.upperBound(bucket), maximumMicroseconds) }
        }
        return maximumMicroseconds
    }

    private static func bucket(_ microseconds: Int) -> Int {
        let shift = max(0, Int.bitWidth - microseconds.leadingZeroBitCount - 6)
        return shift * 32 + microseconds >> shift
    }

    /// The longest time that falls into the bucket.
    private static func upperBound(_ bucket: Int) -> Int {
        let shift = max(0, bucket / 32 - 1)
        return (bucket - shift * 32 + 1) << shift - 1
    }
}
