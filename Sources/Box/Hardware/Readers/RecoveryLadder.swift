import Base

/// What has been done to bring a reader back, step by step, each only after the one before did not help: the driver breaks
/// a command off and repeats it, then wakes the device and sets it up anew, then has its port opened anew; at last the
/// device's power is switched off and on.
public struct RecoveryLadder: Sendable {
    /// Each since the start.
    public internal(set) var aborts = 0
    public internal(set) var reinitialisations = 0
    public private(set) var reopenings = 0
    public private(set) var powerCycles = 0

    /// So many attempts to reach the device fail before its power is cycled.
    public static let attemptsBeforePowerCycle = 5
    /// From the start, or from one power cycle, to the next: time for a device to boot, and for the attempts.
    public static let powerCycleInterval = Duration.seconds(60)

    private var attemptsInVain = 0
    private var notBefore: Instant
    private var hasBeenOpen = false

    /// As new, in a program that began at `start`.
    public init(start: Instant) {
        notBefore = start + Self.powerCycleInterval
    }

    /// The port has been opened.
    mutating func opened() {
        if hasBeenOpen { reopenings += 1 }
        hasBeenOpen = true
    }

    /// The port has been lost, given up, or not opened. True when the device's power is to be cycled now.
    mutating func failed(at now: Instant) -> Bool {
        attemptsInVain += 1
        guard attemptsInVain >= Self.attemptsBeforePowerCycle, now >= notBefore else { return false }
        attemptsInVain = 0
        notBefore = now + Self.powerCycleInterval
        powerCycles += 1
        return true
    }

    /// The device answers as it should.
    mutating func succeeded() {
        attemptsInVain = 0
    }
}
