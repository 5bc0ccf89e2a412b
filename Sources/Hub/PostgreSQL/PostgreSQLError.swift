/// Why PostgreSQL did not do what was asked. Its text names the database, the cause, and what an administrator does next, and no password.
public struct PostgreSQLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a program reacts to; the code is for people.
    public enum Kind: String, Sendable {
        /// Another transaction was in the way, and this one is undone: it succeeds when it is run again.
        case conflict
        /// The server is gone, or was not reached. What was being committed may have been committed.
        case connectionLost
        /// The server takes no further connection.
        case tooManyConnections
        /// Not done within the time that was given for it.
        case timeout
        /// No space on the server's disk. Goes away by itself when space returns.
        case full
        /// The server takes no writes: a standby, or one that was told so.
        case readOnly
        /// Wrong user, password or database, or no right to what was asked.
        case refused
        /// The server found its files broken.
        case damaged
        /// A statement that does not fit the schema: a mistake in this software.
        case other
    }

    public let kind: Kind
    /// Five characters (PostgreSQL's appendix A); empty where it was not the server that said so.
    public let sqlState: String
    /// The database and the cause.
    public let what: String

    public init(_ kind: Kind, sqlState: String = "", what: String) {
        (self.kind, self.sqlState, self.what) = (kind, sqlState, what)
    }

    /// From the server's word.
    init(sqlState: String, what: String) {
        self.init(Self.kind(ofState: sqlState), sqlState: sqlState, what: what)
    }

    /// From libpq's text after an attempt to connect, which tells no code.
    init(connecting message: String, what: String) {
        let signs: [(Kind, [String])] = [
            (.tooManyConnections, ["too many clients", "too many connections", "remaining connection slots"]),
            (.readOnly, ["session is read-only", "server is in hot standby mode"]),
            (
                .refused,
                ["authentication failed", "no pg_hba.conf entry", "does not exist", "no password supplied", "permission denied"]
            ),
        ]
        let kind = signs.first { $0.1.contains { message.contains($0) } }?.0 ?? .connectionLost
        self.init(kind, what: "\(what): \(message)")
    }

    public var nextStep: String {
        switch kind {
        case .conflict: "it is tried again by itself; if this goes on, see which programs beside the hubs write to the database"
        case .connectionLost: "it is tried again by itself; see whether the server runs and is reached from here"
        case .tooManyConnections:
            "it is tried again by itself; raise max_connections of the server, or find who holds its connections"
        case .timeout: "it is tried again by itself; see what the server is waiting for (pg_stat_activity, its disks)"
        case .full: "free space on the server's disk; it is tried again by itself"
        case .readOnly: "name the server that takes writes in database.url, or all of them: host1,host2"
        case .refused: "compare database.url with the server's roles, databases and pg_hba.conf"
        case .damaged: "see the server's log and its disk; restore a backup"
        case .other: "this is a mistake in the software: report it with the log"
        }
    }

    public var description: String {
        sqlState.isEmpty ? "\(what); \(nextStep)" : "\(what) (SQLSTATE \(sqlState)); \(nextStep)"
    }

    static func kind(ofState state: String) -> Kind {
        switch state {
        // A key that another transaction inserted meanwhile is found when the facts are read anew.
        case "40001", "40P01", "23505": .conflict
        case "53300": .tooManyConnections
        case "53100": .full
        case "25006": .readOnly
        case "57014", "55P03": .timeout
        case "57P01", "57P02", "57P03", "57P05", "25P03": .connectionLost
        case "3D000", "42501": .refused
        case "XX001", "XX002": .damaged
        default: state.hasPrefix("08") ? .connectionLost : state.hasPrefix("28") ? .refused : .other
        }
    }
}
