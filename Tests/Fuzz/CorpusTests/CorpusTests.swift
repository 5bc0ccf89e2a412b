import Foundation
import FuzzTargets
import Testing

/// What the fuzzer starts from, and what it has found before, is played on every test run.
@Suite("Fuzz corpus")
struct CorpusTests {
    /// A folder for each target.
    nonisolated static let corpus = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Corpus").standardized

    @Test(
        "every seed keeps its target's properties",
        arguments: try FileManager.default.subpathsOfDirectory(atPath: corpus.path).sorted())
    func replay(seed: String) throws {
        let parts = seed.split(separator: "/")
        let target = try #require(FuzzTarget.all.first { $0.name == parts[0] })
        guard parts.count > 1 else { return }
        try target.check(Array(Data(contentsOf: Self.corpus.appending(path: seed))))
    }

    @Test("every target has seeds")
    func complete() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)
        #expect(folders.sorted() == FuzzTarget.all.map(\.name).sorted())
    }
}
