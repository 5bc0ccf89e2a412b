import ArgumentParser
import Base
import HubDomain
import HubFiles
import HubServices
import HubStore

struct Refused: HubCommand {
    /// Calls that are written in one transaction.
    private static let callsAtOnce = 1000

    static let configuration = CommandConfiguration(
        abstract: "List the calls that the platform does not take; send them again, write them into a file, or give them up.",
        discussion: """
            In front of a platform (upstream.base_url) the hub hands each booking and log on until the platform has taken it. What the platform \
            refuses for good waits here for a decision. What is sent again goes up under the req_id that it always had. A file has the calls \
            whole, with the card numbers: it is its owner's alone to read.
            """)

    @OptionGroup var common: CommonOptions
    @Option(help: "Of this device only.") var device: String?
    @Flag(help: "A JSON array, one call a line.") var json = false
    @Flag(
        help:
            "List instead the calls of which the platform may know twice: those that wait or were refused, and a day's that it took."
    ) var doubled = false
    @Flag(help: "Send calls again: those of the numbers given, or --all.") var resend = false
    @Flag(help: "Forget calls: those of the numbers given, or --all.") var discard = false
    @Flag(help: "With --resend and --discard: all refused calls, or all of --device.") var all = false
    @Argument(help: "With --resend and --discard: numbers, the first column of the list.") var ids: [Int64] = []
    @Option(help: "Write the refused calls into this file; one that is there is replaced.") var export: String?
    @Option(help: "With --export: csv or xlsx.") var format = TableFormat.csv

    func validate() throws {
        guard [doubled, resend, discard, export != nil].count(where: \.self) <= 1 else {
            throw ValidationError("one of --doubled, --resend, --discard and --export at a time")
        }
        guard resend || discard || ids.isEmpty && !all else {
            throw ValidationError("numbers and --all go with --resend and --discard")
        }
        guard !(resend || discard) || all != !ids.isEmpty else {
            throw ValidationError("name the calls by their numbers, or say --all")
        }
        guard ids.isEmpty || device == nil else { throw ValidationError("--device goes with --all, and not with numbers") }
        guard !json || !resend && !discard && export == nil else { throw ValidationError("--json goes with the list") }
        guard format == .csv || export != nil else { throw ValidationError("--format goes with --export") }
    }

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        let zone = configuration.policy.zone
        if resend {
            try tell(try await change(store) { try await store.resendForwards($0) }, "wait again")
        } else if discard {
            let count = try await change(store) { ids in
                try await store.settleForwards(delivered: ids, changed: [])
                return ids.count
            }
            SystemLog.audit("refused discard calls=\(count)")
            try tell(count, "are forgotten")
        } else if let export {
            let count = try await write(to: export, store, zone)
            try Terminal.print("\(count) rows in \(export)")
        } else {
            try await list(store, zone)
        }
    }

    private func list(_ store: any HubStore, _ zone: any TimeZoneRules) async throws {
        var listing = Listing(isJSON: json)
        for state in doubled ? [Forward.State.waiting, .refused, .answered] : [.refused] {
            try await store.forEachForward(state, deviceID: device) { call in
                guard !doubled || call.mayBeDouble else { return }
                try listing.row(call.json, call.line(zone: zone))
            }
        }
        try listing.end()
    }

    /// Hands the numbers of refused calls to `body`, slice by slice.
    /// - Returns: the sum of what it returns.
    private func change(_ store: any HubStore, _ body: ([Int64]) async throws -> Int) async throws -> Int {
        let wanted = Set(ids)
        var (count, last) = (0, Int64(0))
        while true {
            let page = try await store.forwards(.refused, after: last, limit: Self.callsAtOnce, deviceID: device)
            guard let end = page.last else { return count }
            last = end.id
            let chosen = page.map(\.id).filter { all || wanted.contains($0) }
            if !chosen.isEmpty { count += try await body(chosen) }
        }
    }

    private func tell(_ count: Int, _ what: String) throws {
        try Terminal.print("\(count) calls \(what)")
        let missing = Set(ids).count - count
        guard all || missing == 0 else { throw CommandFailure(.usage, "\(missing) of the numbers are of no refused call") }
    }

    private func write(to path: String, _ store: any HubStore, _ zone: any TimeZoneRules) async throws -> Int {
        let names = Dictionary(try await store.identities().map { ($0.deviceID, $0.upstreamID) }) { $1 }
        var last: Int64 = 0
        return try await ExportTable.forwards(zone: zone, upstreamIDs: names).write(to: path, format, hasByteOrderMark: false) {
            let page = try await store.forwards(.refused, after: last, limit: Self.callsAtOnce, deviceID: device)
            last = page.last?.id ?? last
            return page
        }
    }
}
