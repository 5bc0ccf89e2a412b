import Base
import HubDomain
import TestSupport
import Testing

@Suite("Two boxes under one identity are told")
struct IdentityWatchTests {
    /// At which of the heartbeats, one a `step` of seconds, an operator is told.
    private func alarms(_ addresses: [String], step: Int64 = 5) -> [Int] {
        var watch = IdentityWatch()
        return addresses.enumerated().compactMap { number, address in
            watch.saw("V", from: address, at: Instant(nanoseconds: (1 + Int64(number) * step) * 1_000_000_000)) == nil
                ? nil : number
        }
    }

    @Test("when their heartbeats come from two addresses by turns, and then once an hour")
    func turns() {
        let turns = (0..<2000).map { $0 % 2 == 0 ? "10.0.0.1" : "10.0.0.2" }
        #expect(alarms(turns) == [5, 5 + 720, 5 + 1440])
        #expect(alarms(["a", "a", "b", "b", "b", "a", "b", "a", "a", "b"]) == [9])
    }

    @Test("not when a box's network gives it another address, were it each minute, or its old one back now and then")
    func oneBox() {
        #expect(alarms((0..<500).map { "10.0.0.\($0 / 12)" }).isEmpty)
        #expect(alarms((0..<500).map { ["a", "b", "c"][$0 % 3] }).isEmpty)
        #expect(alarms((0..<100).map { $0 % 2 == 0 ? "a" : "b" }, step: 120).isEmpty)
        #expect(alarms([String](repeating: "a", count: 100)).isEmpty)
    }

    @Test("in the log and in /metrics, by what a proxy of ours says of where they are")
    func told() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            for number in 0..<6 {
                _ = try await hub.saying(["X-Forwarded-For": "198.51.100.\(number % 2)"]).heartbeat()
            }
            #expect(try await hub.get("metrics").text.contains("validator_hub_shared_identities_total 1\n"))
        }
    }

    @Test("with both addresses")
    func both() throws {
        var watch = IdentityWatch()
        var told: (String, String)?
        for number in 0..<6 {
            _ = watch.saw("W", from: "elsewhere", at: Instant(nanoseconds: 0))
            told = watch.saw("V", from: number % 2 == 0 ? "a" : "b", at: Instant(nanoseconds: Int64(number))) ?? told
        }
        let pair = try #require(told)
        #expect(Set([pair.0, pair.1]) == ["a", "b"])
    }
}
