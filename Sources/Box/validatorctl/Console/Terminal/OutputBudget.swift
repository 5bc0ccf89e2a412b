/// How many bytes may be sent: a screenful at once after a rest, and then only as many as flow in.
struct OutputBudget: Sendable {
    /// More than a full screen of 80 by 24 takes, in Chinese too.
    static let capacity = 4096

    /// Bytes a second while a person works with the screen: a line of 115,200 bit/s carries 11,520.
    static let activeRate = 8192
    /// While they only look.
    static let idleRate = 1024

    private(set) var available = capacity

    mutating func refill(after milliseconds: Int64, isActive: Bool) {
        let rate = Int64(isActive ? Self.activeRate : Self.idleRate)
        available = Int(min(Int64(Self.capacity), Int64(available) + max(0, milliseconds) * rate / 1000))
    }

    mutating func spend(_ count: Int) { available -= count }
}
