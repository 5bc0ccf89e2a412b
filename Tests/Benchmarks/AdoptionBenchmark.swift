import Glibc
import OperatingSystem
import Storage
import ValidatorCore

/// Making a list of a million cards durable, atomically and with checksums, against writing and syncing the same bytes, turn
/// about.
struct AdoptionBenchmark {
    private static let rounds = 15
    private static let cards = 1_000_000

    let folder: String

    func run() throws -> [Measurement] {
        let list = HeldList(version: "1", adopted: Clocks.now().system, cards: LookupBenchmark.list(count: Self.cards))
        let image = list.cards.white.image.short
        var writes: [Double] = []
        var probes: [Double] = []
        for _ in 0..<Self.rounds {
            probes.append(milliseconds(try time { try writeBare(image) }))
            writes.append(milliseconds(try time { _ = try ListSnapshot.write(list, kind: .cards, folder: folder) }))
        }
        return [
            Measurement(
                name: "adopting \(Self.cards) cards: against a bare write and sync", measured: "\(median(writes).short) ms",
                probe: "\(median(probes).short) ms", figure: median(zip(writes, probes).map { $0 / $1 }), goal: .atMost(2.5))
        ]
    }

    /// To a new file, as a snapshot is.
    private func writeBare(_ image: [UInt64]) throws {
        let path = "\(folder)/bare"
        unlink(path)
        let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT)
        let count = image.withUnsafeBytes { write(file.raw, $0.baseAddress, $0.count) }
        guard count == image.count * 8, fdatasync(file.raw) == 0 else { throw SystemError.last("write \(path)") }
    }

    private func milliseconds(_ duration: Duration) -> Double { Double(duration.wholeMicroseconds) / 1000 }
}
