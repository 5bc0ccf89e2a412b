import Base
import Fares

/// Cards as an operator hands them over: rows of a card's number and its flag, with or without a heading, as any program writes them
/// (`CardFileReader` says what is understood).
///
/// All of it is good or nothing is taken: a list with a hole in it would refuse riders who paid.
public struct CardFile: Sendable {
    /// Mistakes, and suspicions, that are kept to be shown; beyond, they are counted.
    public static let keptMistakes = 1000
    /// Rows in one file; beyond, nothing is taken. So many short numbers take 320 MB.
    public static let maximumRows = 20_000_000
    /// Rows that `Layout` shows.
    public static let shownRows = 5

    /// What is wrong with one line.
    public struct Mistake: Error, Hashable, Sendable, CustomStringConvertible {
        /// From 1.
        public var line: Int
        /// What was found and what is expected.
        public var text: String
        public var description: String { "\(line): \(text)" }

        public init(line: Int, text: String) {
            self.line = line
            self.text = text
        }
    }

    /// How the file was read, for the operator to see whether it was meant so.
    public struct Layout: Hashable, Sendable {
        /// Its first rows as they were read, the heading too, each cell as a terminal may show it.
        public struct Row: Hashable, Sendable {
            public var line: Int
            public var cells: [String]
        }

        public var separator = CSVSeparator.comma
        public var hasHeading = false
        public var firstRows: [Row] = []

        public init() {}
    }

    public let entries: SortedCards
    /// Cards that were taken and that a spreadsheet may have made others than they were, in the order of their lines; the first
    /// `keptMistakes` of them.
    public let suspicions: [Mistake]
    /// Of those beyond too.
    public let suspicionCount: Int
    public let layout: Layout

    init(entries: SortedCards, suspicions: [Mistake], suspicionCount: Int, layout: Layout) {
        self.entries = entries
        self.suspicions = suspicions
        self.suspicionCount = suspicionCount
        self.layout = layout
    }

    /// Reads a whole text of UTF-8, with or without a byte order mark.
    /// - Throws: Every mistake of the file.
    public init(_ text: [UInt8]) throws(CardFileMistakes) {
        var reader = CardFileReader()
        reader.take(text)
        self = try reader.finish()
    }
}
