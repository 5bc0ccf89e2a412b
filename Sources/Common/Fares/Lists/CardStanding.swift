/// What the lists say of one card.
public struct CardStanding: Hashable, Sendable {
    public var isBlocked: Bool
    public var isOnWhiteList: Bool
    /// On the list of the line that the bus runs; false for a bus on no line.
    public var isOnLineList: Bool

    public init(isBlocked: Bool, isOnWhiteList: Bool, isOnLineList: Bool) {
        self.isBlocked = isBlocked
        self.isOnWhiteList = isOnWhiteList
        self.isOnLineList = isOnLineList
    }
}
