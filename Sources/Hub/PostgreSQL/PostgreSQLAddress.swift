import CPostgreSQL

/// Where a PostgreSQL database is and who asks: what libpq takes as a connection URI or as `key=value` pairs. Its description is free of
/// the password.
public struct PostgreSQLAddress: Sendable, CustomStringConvertible {
    /// The text is none that libpq reads. It says nothing of the text, which may hold a password.
    public struct Malformed: Error, Equatable, CustomStringConvertible {
        public var description: String {
            "is no address of a PostgreSQL database, as in postgresql://USER:PASSWORD@HOST:5432/DATABASE (%XX for what is no letter or digit)"
        }
    }

    /// What is set in the text, by libpq's keywords.
    private var settings: [String: String] = [:]

    /// - Parameter text: a URI (`postgresql://…`) or `host=… dbname=…`.
    public init(_ text: String) throws(Malformed) {
        guard let options = unsafe PQconninfoParse(text, nil) else { throw Malformed() }
        defer { unsafe PQconninfoFree(options) }
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe settings[String(cString: keyword)] = unsafe String(cString: value)
            }
            unsafe option += 1
        }
    }

    /// The same server and user, but another database of it.
    public func database(_ name: String) -> Self {
        var other = self
        other.settings["dbname"] = name
        return other
    }

    public var hasPassword: Bool { settings["password"] != nil }

    /// What the session is told when it begins, unless the operator did (`options=-c statement_timeout=…`).
    func isSetByOperator(_ name: String) -> Bool { settings["options"]?.contains("\(name)=") ?? false }

    /// As libpq connects: with bounds on how long it waits for a server that is gone, unless the operator set others.
    var connectionText: String {
        var complete = [
            "application_name": "validator-hub",
            "connect_timeout": "3",
            "keepalives_idle": "10",
            "keepalives_interval": "3",
            "keepalives_count": "3",
            "tcp_user_timeout": "5000",
        ]
        // Of several servers the one that takes writes; the others follow it.
        if settings["host"]?.contains(",") ?? false { complete["target_session_attrs"] = "read-write" }
        complete.merge(settings) { $1 }
        complete["client_encoding"] = "UTF8"
        return complete.map { "\($0.key)='\(Self.escaped($0.value))'" }.joined(separator: " ")
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            if character == "'" || character == "\\" { text.append("\\") }
            text.append(character)
        }
    }

    public var description: String {
        let user = settings["user"].map { "\($0)@" } ?? ""
        let host = settings["host"] ?? settings["hostaddr"] ?? ""
        let port = settings["port"].map { ":\($0)" } ?? ""
        return "postgresql://\(user)\(host)\(port)/\(settings["dbname"] ?? "")"
    }
}
