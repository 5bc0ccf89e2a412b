import Base
import Fares
import Foundation
import SQLite
import Storage
import TestSupport
import Testing
import ValidatorCore

@Suite("A list's snapshot")
struct ListSnapshotTests {
    let folder = TemporaryFolder()

    private static let shortCards = (0..<3000).map { CardNumber("0004A2B3\($0)")! }
    private static let longCards = (0..<50).map { CardNumber("E2801160600002091234\(1000 + $0)")! }
    private static let blockedCards = (0..<700).map { CardNumber("0FFF\($0)")! }

    private var list: HeldList {
        HeldList(
            version: "v 17", incrementVersion: "a 3", adopted: someTime,
            cards: CardList(white: .of(Self.shortCards + Self.longCards), blocked: .of(Self.blockedCards)))
    }

    private var path: String { folder.path + "/cards.db" }

    @Test("brings the list back as it was")
    func roundTrip() throws {
        let id = try ListSnapshot.write(list, kind: .cards, folder: folder.path)
        let loaded = ListSnapshot.load(kind: .cards, folder: folder.path)
        let found = try #require(loaded.list)
        #expect(loaded.notice == nil)
        #expect(loaded.id == id)
        #expect(found.version == "v 17" && found.incrementVersion == "a 3" && found.adopted == someTime)
        #expect(found.cards.white.count == 3050 && found.cards.blocked.count == 700)
        #expect(
            (Self.shortCards + Self.longCards).allSatisfy { found.cards.white.contains($0) && !found.cards.blocked.contains($0) })
        #expect(Self.blockedCards.allSatisfy { found.cards.blocked.contains($0) && !found.cards.white.contains($0) })
        #expect(try folder.files == ["cards.db"])
    }

    @Test("is absent without a word before any list, and each kind has its own")
    func absent() throws {
        _ = try ListSnapshot.write(list, kind: .line, folder: folder.path)
        let loaded = ListSnapshot.load(kind: .cards, folder: folder.path)
        #expect(loaded.list == nil && loaded.id == nil && loaded.notice == nil)
        #expect(ListSnapshot.load(kind: .line, folder: folder.path).list?.cards.count == 3750)
    }

    @Test("holds an empty list as well as one of several megabytes", arguments: [0, 400_000])
    func sizes(count: Int) throws {
        let cards = (0..<count).map { CardNumber(short: 8 << 60 | UInt64($0) << 28)! }
        let list = HeldList(version: "1", adopted: nil, cards: CardList(white: .of(cards)))
        _ = try ListSnapshot.write(list, kind: .cards, folder: folder.path)
        let found = try #require(ListSnapshot.load(kind: .cards, folder: folder.path).list)
        #expect(found.cards.count == count && found.adopted == nil)
        #expect(cards.allSatisfy(found.cards.white.contains))
    }

    @Test("is replaced as a whole, and has another name then")
    func replaced() throws {
        let first = try ListSnapshot.write(list, kind: .cards, folder: folder.path)
        var next = list
        next.version = "v 18"
        let second = try ListSnapshot.write(next, kind: .cards, folder: folder.path)
        #expect(first != second)
        #expect(ListSnapshot.load(kind: .cards, folder: folder.path).list?.version == "v 18")
    }

    @Test("survives a crash before the rename: the old one is whole, and rubbish aside does no harm")
    func crashWhileWriting() throws {
        _ = try ListSnapshot.write(list, kind: .cards, folder: folder.path)
        try Data("half a file".utf8).write(to: URL(fileURLWithPath: path + ".new"))
        #expect(ListSnapshot.load(kind: .cards, folder: folder.path).list?.cards.count == 3750)
        _ = try ListSnapshot.write(list, kind: .cards, folder: folder.path)
        #expect(try folder.files == ["cards.db"])
    }

    @Test("cannot be written where there is no folder: an error, and nothing is left behind")
    func noFolder() throws {
        let error = #expect(throws: StorageError.self) {
            _ = try ListSnapshot.write(list, kind: .cards, folder: folder.path + "/missing")
        }
        #expect(error?.kind == .unopenable)
    }

    @Test("is never loaded wrong: a bit flipped anywhere is noticed, or did not matter")
    func flippedBits() throws {
        _ = try ListSnapshot.write(list, kind: .cards, folder: folder.path)
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        var random = SeededGenerator(seed: 7)
        var noticed = 0
        let regions = 200
        for region in 0..<regions {
            var flipped = sound
            let offset = region * sound.count / regions + Int.random(in: 0..<sound.count / regions, using: &random)
            flipped[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try flipped.write(to: URL(fileURLWithPath: path))
            let loaded = ListSnapshot.load(kind: .cards, folder: folder.path)
            if let found = loaded.list {
                #expect(found.version == "v 17" && found.incrementVersion == "a 3" && found.adopted == someTime, "byte \(offset)")
                #expect(found.cards.white.image == list.cards.white.image, "byte \(offset)")
                #expect(found.cards.blocked.image == list.cards.blocked.image, "byte \(offset)")
            } else {
                noticed += 1
                #expect(loaded.notice?.text.contains("fetched anew") == true)
            }
        }
        #expect(noticed > 10)
        #expect(try folder.files.filter { $0.contains("damaged") }.count == 3)
    }

    @Test("is set aside when it is cut off, is not a database, or belongs to another list", arguments: [0, 1, 2])
    func damaged(how: Int) throws {
        _ = try ListSnapshot.write(list, kind: how == 2 ? .line : .cards, folder: folder.path)
        switch how {
        case 0:
            let sound = try Data(contentsOf: URL(fileURLWithPath: path))
            try sound.prefix(sound.count / 2).write(to: URL(fileURLWithPath: path))
        case 1: try Data("no database".utf8).write(to: URL(fileURLWithPath: path))
        default: try FileManager.default.moveItem(atPath: folder.path + "/line.db", toPath: path)
        }
        let loaded = ListSnapshot.load(kind: .cards, folder: folder.path)
        #expect(loaded.list == nil)
        #expect(loaded.notice?.level == .error)
        #expect(try folder.files == ["cards.db.damaged-1"])
    }
}
