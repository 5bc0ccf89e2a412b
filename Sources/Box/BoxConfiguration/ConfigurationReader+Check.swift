import TomlConfiguration

/// What `--check-config` finds beyond the type and range of a value.
extension ConfigurationReader {
    /// The content of a secret file that validatord reads.
    func secret(_ key: String) -> [UInt8] { secret(key, of: "validatord") }

    /// The id of a reader or scanner.
    func sourceID(default fallback: String) -> String {
        let id = string("id", default: fallback)
        // It stands in log lines as reader=ID.
        if !(1...64).contains(id.utf8.count) || id.utf8.contains(where: { $0 <= 0x20 }) {
            report("id", "must be 1 to 64 characters without blanks")
        }
        return id
    }

    /// A name of the system's zone database.
    func timeZone(_ key: String, default fallback: String) -> String {
        let name = string(key, default: fallback)
        let isPlain = name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && !$0.hasPrefix(".")
        }
        // tzfile(5): every compiled zone begins with the letters TZif.
        guard isPlain, let zone = try? ConfigurationFile.read("/usr/share/zoneinfo/\(name)"), zone.starts(with: "TZif".utf8)
        else {
            report(
                key,
                "\"\(name)\" is not in /usr/share/zoneinfo; use a name such as \"Asia/Shanghai\", or install the package tzdata")
            return fallback
        }
        return name
    }
}

extension Configuration {
    /// Readers and scanners must differ in `key`, whose values are `ids`.
    static func checkUniqueness(_ tables: [ConfigurationReader], ids: [String], _ key: String) {
        var owners: [String: String] = [:]
        for (table, id) in zip(tables, ids) {
            if let owner = owners[id] {
                table.report(key, "\"\(id)\" is \(owner)'s already; each reader and scanner needs its own")
            } else {
                owners[id] = table.path
            }
        }
    }
}
