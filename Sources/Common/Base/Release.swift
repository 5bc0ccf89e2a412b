/// What this release calls itself; one place for all programs.
public enum Release {
    private static let version = (major: 0, minor: 1, patch: 0)

    public static var text: String { "\(version.major).\(version.minor).\(version.patch)" }

    /// `software_ver` of the heartbeat: major x 10,000 + minor x 100 + patch.
    public static var number: Int { version.major * 10_000 + version.minor * 100 + version.patch }

    /// No clock that shows an earlier time is believed. Moved with each release: 2026-11-22T00:00:00Z.
    public static let date = WallTime(seconds: 1_795_305_600)
}
