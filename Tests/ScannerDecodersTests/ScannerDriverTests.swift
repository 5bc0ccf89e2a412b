import Foundation
import ScannerDecoders
import Testing

@Suite("The registry of scanners, and the documents that list them")
struct ScannerDriverTests {
    let names = ScannerDriver.all.map(\.name)

    func text(of path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test("names tell the drivers apart, and lead to them")
    func registry() {
        #expect(Set(names).count == names.count)
        for name in names { #expect(ScannerDriver(rawValue: name)?.name == name) }
        #expect(ScannerDriver(rawValue: "hid") == nil)
    }

    @Test("docs/scanners.md, the default configuration and its manual page name them all")
    func lists() throws {
        let guide = try text(of: "docs/scanners.md")
        let page = try text(of: "board/man/validator.toml.5")
        for name in names { #expect(guide.contains("`\(name)`") && page.contains(name)) }
        #expect(try text(of: "board/validator.toml").contains("# \(names.joined(separator: " | "))\n"))
    }
}
