import Testing

@testable import Base

@Suite("the name that was meant")
struct NearestNameTests {
    @Test(
        "near names",
        arguments: [
            ("bse_url", "base_url"), ("intervall", "interval"), ("Baud", "baud"), ("fielf_token", "field_token"),
        ])
    func nearNames(written: String, meant: String) {
        #expect(nearestName(to: written, among: ["base_url", "interval", "baud", "field_token"]) == meant)
    }

    @Test("a name of millions of letters costs no time", .timeLimit(.minutes(1)))
    func longName() {
        let name = String(repeating: "base_url", count: 1 << 21)
        #expect(nearestName(to: name, among: ["base_url", "interval", "baud", "field_token"]) == nil)
    }

    @Test("names that are not near get no hint; swapped letters are one edit")
    func farNames() {
        #expect(nearestName(to: "colour", among: ["base_url", "interval"]) == nil)
        #expect(editDistance("baud", "buad") == 1)
        #expect(editDistance("", "abc") == 3)
        #expect(editDistance("kitten", "sitting") == 3)
    }
}
