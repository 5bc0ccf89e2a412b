import ArgumentParser
import Base
import Fares
import HubDomain
import HubFiles
import HubStore

struct Export: HubCommand {
    /// What can be taken out.
    enum Table: String, CaseIterable, ExpressibleByArgument {
        case cards, line, records, devices
    }

    /// Rows that are read at once.
    private static let rowsAtOnce = 2000

    static let configuration = CommandConfiguration(
        abstract: "Write cards, a line's cards, records or devices into a file, as CSV or as a workbook.",
        discussion: """
            Card numbers are texts in a workbook, so that no spreadsheet makes quantities of them. What a spreadsheet would run as a formula is \
            kept from it. The file is its owner's alone to read.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "cards, line, records or devices.") var table: Table
    @Option(help: "The file; one that is there is replaced.") var output: String
    @Option(help: "csv or xlsx.") var format = TableFormat.csv
    @Flag(help: "Begin a CSV file with a byte order mark, by which Excel knows UTF-8.") var bom = false
    @Option(help: "With line: which.") var line: String?
    @Option(help: "With records: of this device only.") var device: String?
    @Flag(help: "With records: codes of the transport ministry's form whole, for settlement.") var wholeCodes = false

    func validate() throws {
        guard (table == .line) == (line != nil) else { throw ValidationError("--line goes with the table line, which needs it") }
        guard table == .records || device == nil && !wholeCodes else {
            throw ValidationError("--device and --whole-codes go with the table records")
        }
        guard format == .csv || !bom else { throw ValidationError("--bom goes with --format csv") }
    }

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        let zone = configuration.policy.zone
        let count =
            switch table {
            case .cards, .line: try await exportCards(of: store)
            case .records: try await exportRecords(of: store, zone)
            case .devices: try await exportDevices(of: store, zone)
            }
        try Terminal.print("\(count) rows in \(output)")
    }

    private func exportCards(of store: any HubStore) async throws -> Int {
        let edition = try await store.edition(of: line.map { .line($0) } ?? .cards)
        if let line, edition.version == 0 { throw CommandFailure(.badData, "nothing exported: there is no line \(line)") }
        var after: CardNumber?
        var isAtEnd = false
        return try await write(.cards) {
            guard !isAtEnd else { return [] }
            let page = try await store.cards(of: edition, after: after, limit: Self.rowsAtOnce)
            after = page.next
            isAtEnd = after == nil
            return page.entries
        }
    }

    private func exportRecords(of store: any HubStore, _ zone: any TimeZoneRules) async throws -> Int {
        var after: RecordCursor?
        return try await write(.records(zone: zone, isWhole: wholeCodes)) {
            let page = try await store.records(after: after, limit: Self.rowsAtOnce, deviceID: device)
            after = page.last?.cursor
            return page.map(\.record)
        }
    }

    private func exportDevices(of store: any HubStore, _ zone: any TimeZoneRules) async throws -> Int {
        var after: String?
        return try await write(.devices(zone: zone)) {
            let page = try await store.devices(after: after, limit: Self.rowsAtOnce)
            after = page.last?.id
            return page
        }
    }

    private func write<Row>(_ table: ExportTable<Row>, _ nextPage: () async throws -> [Row]) async throws -> Int {
        try await table.write(to: output, format, hasByteOrderMark: bom, nextPage)
    }
}

extension TableFormat: ExpressibleByArgument {}
