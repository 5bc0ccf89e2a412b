import Base

/// Everything that is wrong with a card file; never empty.
struct CardFileMistakes: Error, Hashable, Sendable {
    var all: [CardFile.Mistake]
}
