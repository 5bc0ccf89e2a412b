import Fares
import Testing

@testable import HubDomain

@Suite("What an import would change")
struct CardListComparisonTests {
    private func changes(_ file: String, _ present: [CardListEntry], isReplacing: Bool) throws -> CardListChanges {
        var comparison = CardListComparison(try CardFile(Array(file.utf8)).entries, isReplacing: isReplacing)
        for entry in present { comparison.take(entry) }
        return comparison.finish()
    }

    @Test("is told by kind, for a list that is added to and for one that is replaced")
    func kinds() throws {
        let present = entries("01", "02", "-03", "05", "07")
        let file = "06,1\n05,1\n03,1\n02,0\n"
        #expect(try changes(file, present, isReplacing: false) == CardListChanges(added: 1, changed: 2, unchanged: 3))
        #expect(try changes(file, present, isReplacing: true) == CardListChanges(added: 1, removed: 2, changed: 2, unchanged: 1))
    }

    @Test("is all, or nothing, where one of both is empty")
    func empty() throws {
        #expect(try changes("01,1\n02,0\n", [], isReplacing: true) == CardListChanges(added: 2))
        #expect(try changes("", entries("01", "02"), isReplacing: true) == CardListChanges(removed: 2))
        #expect(try changes("", entries("01", "02"), isReplacing: false) == CardListChanges(unchanged: 2))
    }
}
