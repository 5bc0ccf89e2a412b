import Fares
import Foundation
import HubFiles
import TestSupport
import Testing

@testable import HubDomain

@Suite("A card file on the disk")
struct CardFileOnDiskTests {
    private static let text = "卡号,标志\r\n00065537,1\r\ndead,0\r\n"

    private func write(_ bytes: [UInt8], _ folder: borrowing TemporaryFolder) throws -> String {
        let path = folder.path("cards.csv")
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    private static func utf16(_ text: String, isLittle: Bool) -> [UInt8] {
        text.utf16.flatMap { isLittle ? [UInt8($0 & 0xFF), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }

    /// 卡号,标志 in GB18030.
    private static let gbHeading: [UInt8] = [0xBF, 0xA8, 0xBA, 0xC5, 0x2C, 0xB1, 0xEA, 0xD6, 0xBE]

    @Test(
        "a workbook or an archive is told as what it is, and how it becomes a card file",
        arguments: [
            [0x50, 0x4B, 0x03, 0x04, 0x14], [0x50, 0x4B, 0x05, 0x06], [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],
        ] as [[UInt8]])
    func workbook(start: [UInt8]) throws {
        let folder = TemporaryFolder()
        let file = folder.path("cards.csv")
        try Data(start + [UInt8](repeating: 0, count: 600)).write(to: URL(filePath: file))
        let mistakes = #expect(throws: CardFileMistakes.self) { try CardFileOnDisk(file).content.get() }
        #expect(mistakes?.count == 1 && mistakes?.all.first?.text.contains("CSV UTF-8") == true)
    }

    @Test(
        "is read in the encoding that programs write",
        arguments: [
            (Array(text.utf8), TextEncoding.utf8),
            ([0xEF, 0xBB, 0xBF] + Array(text.utf8), .utf8),
            ([0xFF, 0xFE] + utf16(text, isLittle: true), .utf16LittleEndian),
            ([0xFE, 0xFF] + utf16(text, isLittle: false), .utf16BigEndian),
            (gbHeading + Array(text.utf8.drop { $0 != 0x0D }), .gb18030),
        ])
    func encodings(bytes: [UInt8], encoding: TextEncoding) throws {
        let folder = TemporaryFolder()
        let file = try CardFileOnDisk(try write(bytes, folder))
        #expect(file.encoding == encoding)
        #expect(Array(try file.content.get().entries) == entries("00065537", "-DEAD"))
        #expect(try file.content.get().layout.firstRows.first?.cells == ["卡号", "标志"])
    }

    @Test("is read beyond its first piece, whatever is cut at its end", arguments: [0, 1])
    func long(shift: Int) throws {
        let folder = TemporaryFolder()
        let cards = (0..<30_000).map { String(format: "%0\(8 + shift)X", $0) }
        let text = "卡号,标志\n" + cards.map { "\($0),1\n" }.joined()
        for bytes in [Array(text.utf8), [0xFF, 0xFE] + Self.utf16(text, isLittle: true)] {
            let file = try CardFileOnDisk(try write(bytes, folder)).content.get()
            #expect(file.entries.map(\.card.description) == cards)
        }
    }

    @Test("that is cut within a character, or no text, is refused with the line")
    func damaged() throws {
        let folder = TemporaryFolder()
        let utf16 = [0xFF, 0xFE] + Self.utf16("AA,1\nBB,1\nC", isLittle: true) + [0x61]
        for (bytes, line) in [
            (utf16, 3), (Array("AA,1\n".utf8) + [0xFF, 0xFF] + Array(",1\n".utf8), 2),
            ([0xEF, 0xBB, 0xBF] + Array("AA,1\n".utf8) + [0xB1, 0xEA], 2),
        ] {
            guard case .failure(let mistakes) = try CardFileOnDisk(try write(bytes, folder)).content else {
                Issue.record("taken")
                continue
            }
            #expect(mistakes.all.contains { $0.line == line && $0.text.contains("holds bytes") })
        }
    }

    @Test("is told as missing when it is")
    func missing() {
        #expect(throws: (any Error).self) { try CardFileOnDisk("/nonexistent.csv") }
    }
}
