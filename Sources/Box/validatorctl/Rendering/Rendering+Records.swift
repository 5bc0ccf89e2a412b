import Base
import ControlProtocol
import Cryptography
import Fares
import RecordFiles

extension Rendering {
    static func refused(_ records: [OutboxRecord]) -> String {
        guard !records.isEmpty else { return "no record is refused" }
        var table = TextTable(["KIND", "TIME", "CARD OR TICKET", "UPLOADS", "CODE", "MESSAGE"], rightAligned: [4])
        for record in records { table.append(row(Record(record.json))) }
        return table.text
    }

    private static func row(_ record: Record?) -> [String] {
        switch record {
        case .tap(let tap):
            ["tap", Cell.time(tap.time), subject(tap.subject), uploads(tap.refused)] + why(tap.refusals)
        case .position(let position): ["position", Cell.time(position.time), "-", "-"] + why(position.refusals)
        // Of a later release.
        case nil: ["-", "-", "-", "-", "-", "-"]
        }
    }

    private static func why(_ refusals: RecordedRefusals) -> [String] { [Cell.text(refusals.code), Cell.text(refusals.message)] }

    private static func subject(_ subject: Subject) -> String {
        switch subject {
        case .card(let number): number.description
        case .ticket(let payload): TicketReader(TicketSettings(), Libcrypto()).label(of: payload, masksCards: false)
        }
    }

    private static func uploads(_ parts: UploadParts) -> String {
        Cell.list([parts.contains(.booking) ? "booking" : nil, parts.contains(.log) ? "log" : nil].compactMap(\.self))
    }

    static func probe(_ report: ProbesReport) -> String {
        report.readers.map(probedReader).joined(separator: "\n\n")
    }

    private static func probedReader(_ reader: CardProbe) -> String {
        guard let uid = reader.uid else { return "reader \(Cell.text(reader.reader)): no card yet" }
        var table = TextTable(["CARD_NUMBER", "NUMBER", "IN LISTS", ""])
        for candidate in reader.candidates {
            table.append([
                Cell.text(candidate.profile), Cell.text(candidate.number),
                Cell.list(candidate.lists.map { $0.list + ($0.isBlocked ? " (blocked)" : "") }),
                candidate.profile == reader.profile ? "<- set" : "",
            ])
        }
        return "reader \(Cell.text(reader.reader)), UID \(Cell.text(uid))\n\(table.text)"
    }
}
