import Base

/// Everything that is wrong with a card file; never empty.
public struct CardFileMistakes: Error, Hashable, Sendable {
    /// The first `CardFile.keptMistakes`, in the order of their lines.
    public var all: [CardFile.Mistake]
    /// Of those beyond too.
    public var count: Int
    /// How the file was read; nil where that did not come about.
    public var layout: CardFile.Layout?

    public init(all: [CardFile.Mistake], count: Int? = nil, layout: CardFile.Layout? = nil) {
        self.all = all
        self.count = count ?? all.count
        self.layout = layout
    }
}
