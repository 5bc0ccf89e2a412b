import Base
import Glibc

/// The operating system's clocks.
public enum Clocks {
    /// Both clocks, read together.
    public static func now() -> Moment {
        let boot = read(CLOCK_BOOTTIME)
        let wall = read(CLOCK_REALTIME)
        return Moment(
            instant: Instant(nanoseconds: boot.seconds * 1_000_000_000 + boot.nanoseconds),
            system: WallTime(milliseconds: wall.seconds * 1000 + wall.nanoseconds / 1_000_000))
    }

    /// The kernel's name for this boot (random(4)); instants of different boots do not compare.
    public static func bootID() throws(SystemError) -> UniqueID {
        let path = "/proc/sys/kernel/random/boot_id"
        let text = String(decoding: try SmallFile.read(path, limit: 64), as: UTF8.self)
        guard let id = UniqueID(text.prefix { !$0.isNewline }) else { throw SystemError(code: EINVAL, what: "read \(path)") }
        return id
    }

    private static func read(_ clock: clockid_t) -> (seconds: Int64, nanoseconds: Int64) {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return (Int64(time.tv_sec), Int64(time.tv_nsec))
    }
}
