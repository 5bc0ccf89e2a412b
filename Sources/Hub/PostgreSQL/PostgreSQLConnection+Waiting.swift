import CPostgreSQL
import Glibc

/// Sending and waiting, with an end to both. libpq's own blocking calls wait for a server that hangs as long as its kernel answers.
extension PostgreSQLConnection {
    /// Hands the server what `begin` queues, all of it.
    func send(_ begin: () -> Int32) throws(PostgreSQLError) {
        guard !isGivenUp else { throw lost() }
        guard begin() == 1 else { throw lost() }
        while true {
            let rest = unsafe PQflush(handle)
            guard rest >= 0 else { throw lost() }
            if rest == 0 { return }
            // A server that writes while we do must be read from, or both would wait.
            if try wait(for: POLLIN | POLLOUT) & Int16(POLLIN) != 0 { try take() }
        }
    }

    /// The last result of what was sent; the first error if there was one.
    func answer() throws(PostgreSQLError) -> PostgreSQLAnswer {
        var last: PostgreSQLAnswer?
        var failure: PostgreSQLError?
        while true {
            while unsafe PQisBusy(handle) == 1 {
                _ = try wait(for: POLLIN)
                try take()
            }
            guard let result = unsafe PQgetResult(handle) else { break }
            if let error = unsafe error(of: result) {
                failure = failure ?? error
                unsafe PQclear(result)
            } else {
                unsafe last = PostgreSQLAnswer(result)
            }
        }
        if let failure { throw failure }
        guard let last else { throw lost() }
        return last
    }

    /// Notifications of the channels that are listened to; empty when none came within `time`.
    public func notifications(within time: Duration) throws(PostgreSQLError) -> [String] {
        var channels: [String] = []
        deadline = .now + time
        while true {
            while let notification = unsafe PQnotifies(handle) {
                channels.append(unsafe String(cString: notification.pointee.relname))
                unsafe PQfreemem(notification)
            }
            guard channels.isEmpty, ContinuousClock.now < deadline else { return channels }
            guard try poll(for: POLLIN) != 0 else { continue }
            try take()
        }
    }

    private func take() throws(PostgreSQLError) {
        guard unsafe PQconsumeInput(handle) == 1 else { throw lost() }
    }

    /// Which of `events` there are, at least one.
    private func wait(for events: Int32) throws(PostgreSQLError) -> Int16 {
        while ContinuousClock.now < deadline {
            let found = try poll(for: events)
            if found != 0 { return found }
        }
        isGivenUp = true
        throw PostgreSQLError(.timeout, what: "\(address): no answer in time")
    }

    /// Which of `events` there are; 0 when there were none until the deadline.
    private func poll(for events: Int32) throws(PostgreSQLError) -> Int16 {
        let socket = unsafe PQsocket(handle)
        guard socket >= 0 else { throw lost() }
        let milliseconds = max(0, ContinuousClock.now.duration(to: deadline) / .milliseconds(1)).rounded(.up)
        var descriptor = pollfd(fd: socket, events: Int16(events), revents: 0)
        guard unsafe Glibc.poll(&descriptor, 1, Int32(min(milliseconds, 60_000))) >= 0 else {
            if errno == EINTR { return 0 }
            throw lost()
        }
        return descriptor.revents
    }

    /// The connection is at its end, as libpq tells it.
    func lost() -> PostgreSQLError {
        isGivenUp = true
        let message = unsafe Self.firstLine(PQerrorMessage(handle))
        return PostgreSQLError(.connectionLost, what: "\(address): \(message.isEmpty ? "the connection is closed" : message)")
    }

    @unsafe private func error(of result: OpaquePointer) -> PostgreSQLError? {
        switch unsafe PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return nil
        default: break
        }
        let field = { (code: Int) in
            unsafe PQresultErrorField(result, Int32(code)).map { unsafe String(cString: $0) }
        }
        // What libpq itself says of a connection that ended has no code.
        guard let state = field(cpostgresql_state) else { return lost() }
        return PostgreSQLError(sqlState: state, what: "\(address): \(field(cpostgresql_message) ?? "an error without a text")")
    }

    /// Of a text of libpq, which has hints for people behind it.
    @unsafe static func firstLine(_ text: UnsafePointer<CChar>?) -> String {
        let text = unsafe text.map { unsafe String(cString: $0) } ?? ""
        return text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
    }
}
