import Base
import CLinux

/// A zone of the system's database (tzdata), as the C library knows it.
///
/// The C library has one zone in each process: make one of these, at start, before anything else runs.
public struct SystemTimeZone: TimeZoneRules {
    /// Why there is no such zone, with what to do.
    public struct UnknownZone: Error, Hashable, Sendable, CustomStringConvertible {
        public let name: String
        public var description: String {
            "time zone \"\(name)\" is not in \(folder): use a name such as Asia/Shanghai, or install the package tzdata"
        }
    }

    private static let folder = "/usr/share/zoneinfo"

    /// Makes `name` (`Asia/Shanghai`) the process's zone.
    public init(name: String) throws(UnknownZone) {
        let components = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = components.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") }
        // tzfile(5): every compiled zone begins with the letters TZif.
        guard isPlain, let content = try? SmallFile.read("\(Self.folder)/\(name)", limit: 65536),
            content.starts(with: "TZif".utf8)
        else { throw UnknownZone(name: name) }
        unsafe clinux_set_time_zone(":\(name)")
    }

    public func offsetSeconds(at time: WallTime) -> Int {
        clinux_seconds_east(Int(time.seconds))
    }
}
