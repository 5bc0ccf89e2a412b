import Base

/// What the platform answered to a check, booking or log.
public struct PlatformAnswer: Hashable, Sendable {
    /// `ret_code`; 0: yes.
    public var code: Int
    /// `ret_msg`
    public var message: String
    /// `sound_no` of a check; 0 elsewhere.
    public var soundNumber: Int
    /// When it came.
    public var received: WallTime

    public init(code: Int, message: String, soundNumber: Int = 0, received: WallTime) {
        (self.code, self.message, self.soundNumber, self.received) = (code, message, soundNumber, received)
    }
}
