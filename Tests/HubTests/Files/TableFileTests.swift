import Foundation
import OperatingSystem
import TestSupport
import Testing

@testable import HubDomain
@testable import HubFiles

@Suite("An exported table")
struct TableFileTests {
    @Test("as CSV quotes what needs it, and defuses formulas in texts but not in numbers")
    func csv() {
        func line(_ cells: TableCell...) -> String { String(decoding: CSVLine.bytes(cells), as: UTF8.self) }
        #expect(line("a,b", "say \"x\"", "two\nlines", "plain") == "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",plain\r\n")
        #expect(line("=cmd", "+1", "-1", "@x", "\tx", "a=b") == "'=cmd,'+1,'-1,'@x,'\tx,a=b\r\n")
        #expect(line("\rx") == "\"'\rx\"\r\n")
        #expect(line(.number(-12.5), .integer(-3), .number(.nan), .empty, .text(nil)) == "-12.5,-3,,,\r\n")
        #expect(line("1E100234", "00065537") == "1E100234,00065537\r\n")
    }

    @Test("as CSV is read back by the import", arguments: [false, true])
    func readBack(hasMark: Bool) throws {
        let folder = TemporaryFolder()
        let table = try TableFile(folder.path("cards.csv"), .csv, heading: ["card_no", "flag"], hasByteOrderMark: hasMark)
        for (card, flag) in [("00065537", 1), ("1E100234", 0)] { try table.append([.text(card), .integer(Int64(flag))]) }
        #expect(try folder.files == ["cards.csv.part"])
        try table.finish()
        #expect(try folder.files == ["cards.csv"])
        let file = try CardFileOnDisk(folder.path("cards.csv")).content.get()
        #expect(Array(file.entries) == entries("00065537", "-1E100234"))
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path("cards.csv"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("that is not finished leaves nothing")
    func abandoned() throws {
        let folder = TemporaryFolder()
        for format in TableFormat.allCases {
            try TableFile(folder.path("table"), format, heading: ["a"]).append(["x"])
        }
        #expect(try folder.files.isEmpty)
    }

    /// The sheets of a workbook as Python's own libraries read them: cell by cell, its kind and its text.
    private func sheets(_ path: String) throws -> String {
        let program = """
            import sys, zipfile, xml.etree.ElementTree as tree
            space = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
            book = zipfile.ZipFile(sys.argv[1])
            for name in sorted(n for n in book.namelist() if n.startswith('xl/worksheets/sheet')):
                for row in tree.fromstring(book.read(name)).iter(space + 'row'):
                    print(' '.join((cell.get('t') or 'n') + ':' + ''.join(cell.itertext()) for cell in row))
                print('--')
            """
        let run = try ProgramRun(["/usr/bin/python3", "-c", program, path], timeLimit: .seconds(60), outputLimit: 65536)
        #expect(run.ending == .exited(code: 0))
        return String(decoding: run.output, as: UTF8.self)
    }

    @Test("as a workbook has card numbers as texts and numbers as numbers")
    func workbook() throws {
        let folder = TemporaryFolder()
        let path = folder.path("cards.xlsx")
        let table = try TableFile(path, .xlsx, heading: ["card_no", "speed"])
        try table.append(["1E100234", .number(-12.5)])
        try table.append(["00065537", .empty])
        try table.append(["=cmd", .integer(7)])
        try table.finish()
        #expect(try folder.files == ["cards.xlsx"])
        #expect(
            try sheets(path) == """
                inlineStr:card_no inlineStr:speed
                inlineStr:1E100234 n:-12.5
                inlineStr:00065537
                inlineStr:=cmd n:7
                --

                """)
    }

    @Test("goes on in further sheets where one is full, each with the heading")
    func manySheets() throws {
        let folder = TemporaryFolder()
        let path = folder.path("cards.xlsx")
        var book = try Workbook(path, heading: ["n"], rowsPerSheet: 3)
        for number in 1...4 { try book.append([.integer(Int64(number))]) }
        try book.finish()
        #expect(try sheets(path) == "inlineStr:n\nn:1\nn:2\n--\ninlineStr:n\nn:3\nn:4\n--\n")
    }
}
