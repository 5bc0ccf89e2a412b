import Foundation
import ReaderDrivers
import ReaderEmulators
import Testing

@Suite("The registry of readers, and the documents that list them")
struct DocumentsTests {
    func text(of path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test("names tell the drivers apart, and lead to them")
    func names() {
        #expect(Set(ReaderDriver.all.map(\.name)).count == ReaderDriver.all.count)
        for driver in ReaderDriver.all { #expect(ReaderDriver(rawValue: driver.name)?.deviceName == driver.deviceName) }
        #expect(ReaderDriver(rawValue: "pn523") == nil)
    }

    @Test("each has a row with its usual baud rate in docs/readers.md, and a heading", arguments: ReaderDriver.all)
    func guide(driver: ReaderDriver) throws {
        let lines = try text(of: "docs/readers.md").split(separator: "\n")
        let row = try #require(lines.first { $0.hasPrefix("| `\(driver.name)`") })
        #expect(row.split(separator: "|")[2].contains("\(driver.usualBaud)"))
        #expect(lines.contains { $0.hasPrefix("## ") && $0.contains("`\(driver.name)`") })
    }

    @Test("docs/rig.md, the default configuration and its manual page name them all")
    func lists() throws {
        let names = ReaderDriver.all.map(\.name)
        let rig = try text(of: "docs/rig.md")
        for name in names { #expect(rig.contains("`\(name)`")) }
        #expect(try text(of: "board/validator.toml").contains("# \(names.joined(separator: " | "))\n"))
        let page = try text(of: "board/man/validator.toml.5").replacing("\\-", with: "-")
        #expect(page.contains("\(names.dropLast().joined(separator: ", ")) or \(names.last ?? ""): what the reader speaks"))
    }
}
