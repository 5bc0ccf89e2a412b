import Base

/// Everything that is wrong with a card file; never empty.
public struct CardFileMistakes: Error, Hashable, Sendable {
    /// In the order of their lines.
    public var all: [CardFile.Mistake]

    init(all: [CardFile.Mistake]) {
        self.all = all
    }
}
