import Base

@testable import HubDomain

extension FuzzTarget {
    /// An operator's card file: mistakes have a line, and the cards of a good file written out are the same cards.
    static let cardFile = FuzzTarget(name: "card-file") { input in
        do throws(CardFileMistakes) {
            let entries = try CardFile(input).entries
            let text = "card_no,flag\r\n" + entries.map { "\"\($0.card)\", \($0.isListed ? 1 : 0)\r\n" }.joined()
            let again = try CardFile(Array(text.utf8)).entries
            guard entries == again else { throw CardFileMistakes(all: []) }
        } catch {
            try require(!error.all.isEmpty, "cards that are read back as others, or a refusal without a reason")
            let lines = 1 + input.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
            for mistake in error.all {
                try require((1...lines).contains(mistake.line), "a mistake on line \(mistake.line) of \(lines)")
            }
        }
    }
}
