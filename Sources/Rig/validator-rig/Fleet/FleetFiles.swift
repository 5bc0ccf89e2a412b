import Base
import Fares
import Glibc
import JSON
import OperatingSystem

/// The files that a fleet reads.
enum FleetFiles {
    /// A file that cannot be read as what it should be.
    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    /// Card numbers, one a line, before the first comma if there is one; a line that does not begin with a number is passed over.
    static func cards(_ path: String) throws -> [CardNumber] {
        var cards: [CardNumber] = []
        try forEachLine(path) { line in
            let field = line.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: ";") && $0 > UInt8(ascii: " ") }
            if let card = CardNumber(field) { cards.append(card) }
        }
        guard !cards.isEmpty else { throw Mistake(description: "\(path) has no card number") }
        return cards
    }

    /// Lines of a device and its secret, with blanks between.
    static func secrets(_ path: String) throws -> [(device: String, secret: String)] {
        var secrets: [(device: String, secret: String)] = []
        try forEachLine(path) { line in
            let words = line.split { $0 <= UInt8(ascii: " ") }
            guard words.count == 2 else { return }
            secrets.append((String(decoding: words[0], as: UTF8.self), String(decoding: words[1], as: UTF8.self)))
        }
        return secrets
    }

    static func ledger(_ path: String) throws -> FleetLedger {
        var ledger = FleetLedger()
        try forEachLine(path) { line in
            guard ledger.add(line: line) else { throw Mistake(description: "\(path) is no ledger: \(Self.beginning(line))") }
        }
        return ledger
    }

    /// What `validator-hub records --json` printed: an array with a record a line.
    static func verify(_ ledger: FleetLedger, against path: String) throws -> LedgerVerification {
        var verification = LedgerVerification(ledger)
        try forEachLine(path) { line in
            let row = line.drop { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: ",") }
            guard !row.isEmpty, row.first != UInt8(ascii: "]") else { return }
            guard let value = try? JSONValue(parsing: Array(row)), verification.add(value) else {
                throw Mistake(description: "\(path) is not what validator-hub records --json prints: \(Self.beginning(line))")
            }
        }
        verification.finish()
        return verification
    }

    private static func beginning(_ line: ArraySlice<UInt8>) -> String {
        String(decoding: line.prefix(60), as: UTF8.self).printable
    }

    /// A file's lines without their ends; empty ones are left out.
    private static func forEachLine(_ path: String, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
        let file = try FileDescriptor.open(path, O_RDONLY)
        var rest: [UInt8] = []
        while true {
            switch file.read(atMost: 1 << 20) {
            case .bytes(let bytes):
                rest += bytes
                let end = (rest.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
                for line in rest[..<end].split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
                    try body(line)
                }
                rest.removeSubrange(..<end)
            case .ended:
                if !rest.isEmpty { try body(rest[...]) }
                return
            case .wouldBlock: continue
            case .failed(let error): throw SystemError(code: error.code, what: "read \(path)")
            }
        }
    }
}
