import Base
import Foundation
import SQLite

/// SQLite alone: the rows of as many heartbeats or records, in transactions that are on disk when they end.
struct BareCommit: ~Copyable {
    enum Kind: String {
        case heartbeats, records
    }

    private static let devices = 20_000
    private let database: Database

    init(folder: String) throws {
        let database = try Database(path: "\(folder)/bare-\(UUID().uuidString).db")
        try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        try database.execute(
            """
            CREATE TABLE devices (
                device_id TEXT PRIMARY KEY, last_heartbeat_at INTEGER, software_ver INTEGER, cards_version TEXT, lng REAL, lat REAL,
                course REAL, speed REAL) WITHOUT ROWID;
            CREATE TABLE positions (
                id INTEGER PRIMARY KEY, device_id TEXT NOT NULL, req_id TEXT NOT NULL, time INTEGER NOT NULL, lng REAL NOT NULL,
                lat REAL NOT NULL, course REAL, speed REAL, received_at INTEGER NOT NULL);
            CREATE INDEX positions_by_request ON positions (device_id, req_id, time);
            CREATE TABLE records (
                id INTEGER PRIMARY KEY, device_id TEXT NOT NULL, call TEXT NOT NULL, req_id TEXT NOT NULL, subject TEXT NOT NULL,
                status INTEGER NOT NULL, check_mode INTEGER, time INTEGER NOT NULL, lng REAL, lat REAL, received_at INTEGER NOT NULL);
            CREATE INDEX records_by_request ON records (device_id, call, req_id, time);
            CREATE INDEX records_by_arrival ON records (received_at);
            """)
        self.database = database
    }

    /// - Returns: microseconds of processor a row.
    func run(_ kind: Kind, rows: Int, batch: Int) throws -> Double {
        let start = Self.processorMicroseconds
        let number = rows / batch * batch
        switch kind {
        case .heartbeats:
            let position = try database.prepare("INSERT INTO positions VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)")
            let device = try database.prepare(
                """
                INSERT INTO devices VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET last_heartbeat_at = excluded.last_heartbeat_at,
                lng = excluded.lng, lat = excluded.lat, course = excluded.course, speed = excluded.speed
                """)
            try transactions(number, batch) { row in
                let (name, time) = (Self.device(row), 1_800_000_000 + row)
                try position.bind(name, at: 1)
                try position.bind(UUID().uuidString, at: 2)
                try position.bind(time, at: 3)
                for index in 4...7 { try position.bind(121.47 + Double(row) / 1e6 as Double?, at: Int32(index)) }
                try position.bind(time * 1000, at: 8)
                try position.run()
                try device.bind(name, at: 1)
                try device.bind(time * 1000, at: 2)
                try device.bind(100, at: 3)
                try device.bind("0", at: 4)
                for index in 5...8 { try device.bind(121.47 + Double(row) / 1e6 as Double?, at: Int32(index)) }
                try device.run()
            }
        case .records:
            let record = try database.prepare("INSERT INTO records VALUES (NULL, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)")
            try transactions(number, batch) { row in
                let time = 1_800_000_000 + row
                try record.bind(Self.device(row), at: 1)
                try record.bind(row % 2 == 0 ? "card_check" : "card_check_log", at: 2)
                try record.bind(UUID().uuidString, at: 3)
                try record.bind("04F1EE00000\(row % 1000)", at: 4)
                try record.bind(row % 2 == 0 ? 1 : nil as Int64?, at: 5)
                try record.bind(time, at: 6)
                for index in 7...8 { try record.bind(121.47 + Double(row) / 1e6 as Double?, at: Int32(index)) }
                try record.bind(time * 1000, at: 9)
                try record.run()
            }
        }
        return (Self.processorMicroseconds - start) / Double(number)
    }

    private func transactions(_ rows: Int, _ batch: Int, _ write: (Int) throws -> Void) throws {
        for first in stride(from: 0, to: rows, by: batch) {
            try database.execute("BEGIN IMMEDIATE")
            for row in first..<first + batch { try write(row) }
            try database.execute("COMMIT")
        }
    }

    private static func device(_ row: Int) -> String { "F0\(10_000 + row % devices)" }

    /// Of user and system.
    private static var processorMicroseconds: Double {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) * 1e6 + Double($1.tv_usec) }
    }
}
