import Base
import HubDomain
import HubStore
import SQLite

/// The one-time codes that were given out, as their digests.
struct EnrolmentTable {
    let connection: Connection

    func find(_ digest: [UInt8]) throws(StorageError) -> Enrolment? {
        try connection.first(
            "SELECT code_hash, device_id, created_at, expires_at, used_at, used_from FROM enrolments WHERE code_hash = ?", digest
        ) { row in
            Enrolment(
                deviceID: row.text(1) ?? "", digest: row.blob(0) ?? [], created: WallTime(milliseconds: row.integer(2) ?? 0),
                expires: WallTime(milliseconds: row.integer(3) ?? 0), used: row.integer(4).map { WallTime(milliseconds: $0) },
                usedFrom: row.text(5))
        }
    }

    func keep(_ enrolment: Enrolment) throws(StorageError) {
        try connection.run(
            "INSERT OR REPLACE INTO enrolments VALUES (?, ?, ?, ?, ?, ?)", enrolment.digest, enrolment.deviceID,
            enrolment.created.milliseconds, enrolment.expires.milliseconds, enrolment.used?.milliseconds, enrolment.usedFrom)
    }

    func prune(at now: WallTime) throws(StorageError) {
        let end = now - Enrolment.keptTime
        try connection.run("DELETE FROM enrolments WHERE expires_at < ?", end.milliseconds)
    }
}
