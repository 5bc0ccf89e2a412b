import Base
import Fares
import OperatingSystem
import TestSupport
import Testing

@testable import HubDeviceAPI
@testable import validator_hub

@Suite("A list that goes out")
struct CompressedListTests {
    @Test(
        "is compressed for who says so",
        arguments: [
            ([], false), (["gzip"], true), (["deflate, GZIP;q=0.5"], true), (["deflate", "gzip"], true), (["x-gzip"], true),
            (["gzip;q=0"], false), (["gzip; q=0.000"], false), (["*"], false), (["identity"], false), (["br, zstd"], false),
        ])
    func accepted(header: [String], isAccepted: Bool) {
        #expect((AcceptedCoding(header) == .gzip) == isAccepted)
    }

    @Test("is the same list, compressed or not, and is counted")
    func download() async throws {
        let folder = TemporaryFolder()
        let database = try HubDatabase(path: folder.configuration.databasePath)
        try database.adopt(
            (0..<20_000).compactMap { CardNumber(String(10_000_000 + $0)) }.map { CardListEntry(card: $0, isListed: true) })
        try await TestHub.run(in: folder) { hub async throws in
            let token = try await hub.token()
            func get(_ options: String...) async throws -> [UInt8] {
                let body = #"{"req_id":"r1","device_id":"VLD1","token":"\#(token)","type":1}"#
                let arguments =
                    ["/usr/bin/curl", "--silent", "--noproxy", "*", "--data-binary", body] + options
                    + ["http://127.0.0.1:\(hub.port)/api/get_card_list"]
                let run = try await elsewhere {
                    try ProgramRun(arguments, timeLimit: .seconds(60), outputLimit: 1 << 24)
                }.get()
                return run.output
            }
            let plain = try await get()
            let decoded = try await get("--compressed")
            let raw = try await get("--header", "Accept-Encoding: gzip")
            #expect(plain.count > 500_000 && raw.count * 4 < plain.count && raw.starts(with: [0x1F, 0x8B]))
            #expect(plain.suffix(500_000) == decoded.suffix(500_000))
            let metrics = try await hub.get("metrics").text
            #expect(metrics.contains(#"validator_hub_list_downloads_total{list="cards",coding="gzip"} 2"#))
            #expect(metrics.contains(#"validator_hub_list_downloads_total{list="cards",coding="identity"} 1"#))
            #expect(metrics.contains(#"validator_hub_list_bytes_total{list="cards",coding="gzip"} "#))
            #expect(metrics.contains(#"validator_hub_requests_total{call="get_card_list",ret_code="0"} 3"#))
            #expect(metrics.contains("validator_hub_devices_seen 1"))
        }
    }

    @Test("records and refusals are counted, and strangers are none of the devices")
    func counted() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.policy.registersDevices = false }) { hub async throws in
            _ = try await hub.heartbeat()
            for _ in 0..<2 { _ = try await hub.tap("card_check_log", "1", card: "AA") }
            _ = try await hub.post("nonsense", form: "a=b")
            let metrics = try await hub.get("metrics").text
            #expect(metrics.contains(#"validator_hub_requests_total{call="location_report",ret_code="1003"} 1"#))
            #expect(metrics.contains(#"validator_hub_requests_total{call="card_check_log",ret_code="0"} 2"#))
            #expect(metrics.contains(#"validator_hub_set_aside_total{reason="unknown_device"} 1"#))
            #expect(metrics.contains(#"validator_hub_requests_total{call="unknown",ret_code="1006"} 1"#))
            #expect(metrics.contains("validator_hub_unauthenticated_total 1"))
            #expect(metrics.contains("validator_hub_devices_seen 0"))
            #expect(metrics.contains("validator_hub_commit_requests_count "))
        }
        try await TestHub.run(in: TemporaryFolder()) { hub async throws in
            for _ in 0..<2 { _ = try await hub.tap("card_check_log", "0190a000-0000-7000-8000-000000000001", card: "AA") }
            let metrics = try await hub.get("metrics").text
            #expect(metrics.contains(#"validator_hub_records_total{result="taken"} 1"#))
            #expect(metrics.contains(#"validator_hub_records_total{result="duplicate"} 1"#))
        }
    }
}
