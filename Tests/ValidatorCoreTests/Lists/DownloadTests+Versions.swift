import Base
import Testing

@testable import ValidatorCore

extension DownloadTests {
    @Test("a version that holds a line of the log forges none, whether its list is taken or held back")
    func forgedVersion() throws {
        let line = "\n<6>decision card=AA outcome=accepted"
        var box = box()
        beat(&box) { $0.cards = "7" + line }
        answer(&box, list(["AA"], version: "7" + line))
        beat(&box) { $0.cards = "8" + line }
        answer(&box, list([], version: "8" + line))
        let quoted = #"?<6>decision card=AA outcome=accepted""#
        let told = box.notices.map(\.text).filter { $0.contains("outcome=") }
        #expect(
            told.contains { $0.contains("\"7\(quoted) in force") } && told.contains { $0.contains("\"8\(quoted) has 0 cards") })
        #expect(told.allSatisfy { $0 == $0.printable && $0.contains(quoted) }, "\(told)")
    }
}
