import Base
import Fares
import JSON

/// Ticket keys as they are kept over a restart.
extension KeyRing {
    var json: [UInt8] {
        func group(_ group: KeyGroup) -> JSONValue {
            let keys = group.keys.map { JSONValue.array([.int($0.id), .string($0.text)]) }
            var object: JSONObject = ["version": .string(group.version), "keys": .array(keys)]
            object["revoked"] = group.revokedVersion.map { .string($0) }
            return .object(object)
        }
        var object = JSONObject()
        object["current"] = current.map(group)
        object["previous"] = previous.map(group)
        object["replaced_ms"] = replaced.map { .int($0.milliseconds) }
        return JSONValue.object(object).bytes
    }

    /// Nil where `json` is not what was kept.
    init?(json: [UInt8]) {
        func group(_ value: JSONValue) -> KeyGroup? {
            guard let version = value["version"]?.string, let rows = value["keys"]?.array else { return nil }
            let keys = rows.compactMap { row -> KeyGroup.Key? in
                guard let row = row.array, row.count == 2, let id = row[0].int.flatMap(UInt8.init(exactly:)),
                    let text = row[1].string
                else { return nil }
                return KeyGroup.Key(id: id, text: text)
            }
            return KeyGroup(version: version, keys: keys, revokedVersion: value["revoked"]?.string)
        }
        guard let value = try? JSONValue(parsing: json), value.object != nil else { return nil }
        self.init(
            current: value["current"].flatMap(group), previous: value["previous"].flatMap(group),
            replaced: value["replaced_ms"]?.int.map { WallTime(milliseconds: Int64($0)) })
    }
}
