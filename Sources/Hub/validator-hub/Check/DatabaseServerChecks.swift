import Base
import HubStorePostgreSQL
import OperatingSystem
import PostgreSQL

/// What is to be said of the PostgreSQL server that the configuration names.
enum DatabaseServerChecks {
    /// Hubs' clocks and the server's may differ by so much: upkeep and leases go by seconds.
    private static let clockTolerance = Duration.seconds(5)

    static func run(_ url: String) -> [CheckItem] {
        do {
            let address = try PostgreSQLAddress(url)
            return items(try HubStorePostgreSQL.look(at: address, now: { Clocks.now().system }), "\(address)")
        } catch {
            return [.wrong("database", CommandFailure(error).text, "docs/hub.md, PostgreSQL, has the steps")]
        }
    }

    static func items(_ look: HubStorePostgreSQL.Look, _ address: String) -> [CheckItem] {
        [server(look, address), schema(look), rights(look), clock(look), connections(look)]
    }

    private static func server(_ look: HubStorePostgreSQL.Look, _ address: String) -> CheckItem {
        let version = "\(look.serverVersion / 10_000).\(look.serverVersion % 10_000)"
        if look.serverVersion < HubStorePostgreSQL.Look.oldestServer {
            return .wrong("database", "\(address) is PostgreSQL \(version)", "upgrade the server to 15 or later")
        }
        if look.encoding != "UTF8" {
            return .wrong(
                "database", "\(address) is encoded in \(look.encoding)",
                "create it anew: createdb --encoding UTF8 --template template0")
        }
        if look.isReadOnly {
            return .wrong(
                "database", "\(address) takes no writes: it is a standby, or was told so",
                "name the server that takes writes in database.url, or all of them: host1,host2")
        }
        return .good("database", "\(address) is reached, PostgreSQL \(version)")
    }

    private static func schema(_ look: HubStorePostgreSQL.Look) -> CheckItem {
        let current = HubStorePostgreSQL.Look.currentSchema
        return switch look.schemaVersion {
        case nil: .good("schema", "no tables that this role can read yet: the hub makes them when it starts")
        case current? where !look.missingParts.isEmpty:
            .wrong("schema", "damaged: without \(look.missingParts.joined(separator: ", "))", "restore a backup")
        case current?: .good("schema", "of this release (\(current))")
        case let version? where version > current:
            .wrong("schema", "of a later release (\(version))", "install that release, or restore a backup")
        case let version?: .good("schema", "of an earlier release (\(version)): the hub brings it to \(current) when it starts")
        }
    }

    private static func rights(_ look: HubStorePostgreSQL.Look) -> CheckItem {
        look.missingRights.isEmpty
            ? .good("rights", "the role may do what a hub does")
            : .wrong(
                "rights",
                "the role may not do all that a hub does"
                    + (look.owners.isEmpty
                        ? "" : ": the tables belong to \(look.owners.joined(separator: ", ")); is database.url right?"),
                "as the tables' owner or postgres: " + look.missingRights.map { "\($0);" }.joined(separator: " "))
    }

    private static func clock(_ look: HubStorePostgreSQL.Look) -> CheckItem {
        let seconds = Int(look.clockLead / .seconds(1))
        return look.clockLead >= .zero - clockTolerance && look.clockLead <= clockTolerance
            ? .good("database_clock", "agrees with this machine's within 5 s")
            : .wrong(
                "database_clock", "the server's clock is \(seconds) s from this machine's",
                "synchronise both: timedatectl set-ntp true")
    }

    private static func connections(_ look: HubStorePostgreSQL.Look) -> CheckItem {
        guard let left = look.connectionsLeft else { return .good("connections", "the server sets no bound") }
        let text = "\(max(0, left)) more are left"
        // Another hub, or this one anew, and a command beside it.
        return left < 2 * HubStorePostgreSQL.Look.connectionsOfHub
            ? .wrong(
                "connections", text,
                "a hub needs 3, and each command 3 while it runs: raise max_connections, or the limit of the role or the database"
            )
            : .good("connections", text)
    }
}
