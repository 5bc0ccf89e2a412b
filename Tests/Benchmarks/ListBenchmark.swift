import Base
import Foundation

/// A full list of a million cards, from its reply's bytes to tables ready for lookups: against copying the bytes, and against
/// Foundation's JSONDecoder, which only makes an array of the rows.
struct ListBenchmark {
    private static let rounds = 5
    private static let cards = 1_000_000

    let folder: String

    func run() throws -> [Measurement] {
        let path = "\(folder)/list.json"
        let text = Data(CardListText(cards: Self.cards).reply(version: "1").joined())
        try text.write(to: URL(fileURLWithPath: path))
        var costs: [ListDecoding: [ListDecoding.Cost]] = [:]
        for _ in 0..<Self.rounds {
            for way in ListDecoding.allCases { costs[way, default: []].append(try way.cost(path)) }
        }
        func ratio(_ upper: ListDecoding, _ lower: ListDecoding, _ part: KeyPath<ListDecoding.Cost, Double>) -> Double {
            median(zip(costs[upper, default: []], costs[lower, default: []]).map { $0[keyPath: part] / $1[keyPath: part] })
        }
        func rate(_ way: ListDecoding) -> String {
            let nanoseconds = median(costs[way, default: []].map(\.nanoseconds))
            return "\((Double(text.count) / nanoseconds * 1000).short) MB/s"
        }
        func peak(_ way: ListDecoding) -> String { "\((median(costs[way, default: []].map(\.bytes)) / 1e6).short) MB" }
        let name = "list of \(Self.cards) cards, \(text.count.megabytes.short) MB, parsed and applied"
        return [
            Measurement(
                name: "\(name): processor time against memcpy", measured: rate(.product), probe: rate(.copy),
                figure: ratio(.product, .copy, \.nanoseconds), goal: .none),
            Measurement(
                name: "\(name): speed against JSONDecoder, in processor time", measured: rate(.product), probe: rate(.foundation),
                figure: ratio(.foundation, .product, \.nanoseconds), goal: .atLeast(6)),
            Measurement(
                name: "\(name): peak memory against JSONDecoder", measured: peak(.product), probe: peak(.foundation),
                figure: ratio(.product, .foundation, \.bytes), goal: .atMost(0.1)),
        ]
    }
}
