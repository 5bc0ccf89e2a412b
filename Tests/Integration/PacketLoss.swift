import Foundation

/// Loses a share of the packets to and from one port of this machine, by a rule of nftables, for as long as it lives: TCP itself
/// has to notice and send again, which no proxy can imitate.
struct PacketLoss: ~Copyable {
    private let table: String

    /// Rules need root, nft(8) and a kernel that can draw lots.
    static let isPossible: Bool = {
        guard geteuid() == 0, let trial = try? PacketLoss(percent: 1, port: 9) else { return false }
        _ = consume trial
        return true
    }()

    /// Of these IPv4 addresses alone, or of all.
    init(percent: Int, addresses: [String]? = nil, port: Int) throws {
        table = "validator_test_\(getpid())_\(port)"
        let place = addresses.map { "ip daddr { \($0.joined(separator: ", ")) } " } ?? ""
        let lot = place + (percent < 100 ? "numgen random mod 100 < \(percent) drop" : "drop")
        try Self.nft(
            """
            table inet \(table) {
                chain loss {
                    type filter hook input priority 0;
                    tcp dport \(port) \(lot)
                    tcp sport \(port) \(lot)
                }
            }
            """)
    }

    deinit { try? Self.nft("delete table inet \(table)") }

    private static func nft(_ rules: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/nft")
        process.arguments = [rules]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    }
}
