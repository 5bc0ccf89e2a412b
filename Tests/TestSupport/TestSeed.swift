import Glibc

/// Where the noise of tests comes from that is another on every run.
package enum TestSeed {
    /// This run's: what the environment's `TEST_SEED` says, else another each time. As the argument of a test
    /// (`arguments: [TestSeed.ofThisRun]`) a failure tells it.
    package static let ofThisRun: UInt64 =
        unsafe getenv("TEST_SEED").flatMap { unsafe UInt64(String(cString: $0)) } ?? .random(in: .min ... .max)
}
