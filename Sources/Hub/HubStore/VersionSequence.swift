import Base

/// Version codes of lists and keys, all of one sequence. They never repeat, even in a database begun anew: the Unix time of the change, or
/// one more than the last where that is later.
public enum VersionSequence {
    public static func next(after last: Int64?, at now: WallTime) -> Int64 {
        max((last ?? .min) &+ (last == nil ? 0 : 1), now.seconds)
    }
}
