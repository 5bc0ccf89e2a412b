import Foundation
import PostgreSQL
import TestSupport
import Testing

/// A real PostgreSQL server of a test's own, from Debian's packages, with nothing but what the test does to it. It is stopped, and its files
/// are deleted, when the test's process ends, however it ends.
package final class PostgreSQLServer: Sendable {
    /// Why there is none: the package is missing, or a program of it failed with that output.
    package struct Unavailable: Error, CustomStringConvertible {
        package let description: String
    }

    /// Where Debian keeps the server's programs; nil where it is not installed.
    private static let programs: String? = {
        let releases = "/usr/lib/postgresql"
        let newest = (try? FileManager.default.contentsOfDirectory(atPath: releases))?.compactMap(Int.init).max()
        return newest.map { "\(releases)/\($0)/bin" }
    }()

    package static let isInstalled = programs != nil

    private static let common = Task { try await PostgreSQLServer() }

    /// The server that all tests of the process share, each with a database of its own.
    package static var shared: PostgreSQLServer {
        get async throws { try await common.value }
    }

    /// The role that a hub has: it owns its database, and may do nothing else.
    package static let user = "hub"

    private let folder = TemporaryFolder()
    private let port: Int
    /// Its end tells the keeper that the process is gone.
    private let lifeline = Pipe()

    /// Makes a server and starts it; some seconds.
    /// - Parameter settings: lines of its configuration.
    package init(settings: [String] = []) async throws {
        port = Int.random(in: 20_000..<30_000)
        if getuid() == 0 {
            try FileManager.default.setAttributes([.ownerAccountName: "postgres"], ofItemAtPath: folder.path)
        }
        try keep()
        try await run(
            "initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8",
            "--no-sync")
        let configuration = try FileHandle(forWritingTo: URL(filePath: "\(data)/postgresql.conf"))
        try configuration.seekToEnd()
        let lines =
            [
                "port = \(port)", "listen_addresses = '127.0.0.1'", "unix_socket_directories = '\(folder.path)'",
                "shared_buffers = 32MB", "max_connections = 400", "autovacuum_naptime = 60s",
            ] + settings
        try configuration.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
        try configuration.close()
        try await start()
        try await administer("CREATE ROLE \(Self.user) LOGIN")
    }

    private var data: String { folder.path("data") }

    /// The address of a new, empty database that belongs to `user`.
    package func database() async throws -> PostgreSQLAddress { try address(ofDatabase: try await makeDatabase()) }

    /// Such an address as an operator writes it, with a password.
    package func databaseURL() async throws -> String {
        "postgresql://\(Self.user):s3cret@127.0.0.1:\(port)/\(try await makeDatabase())?connect_timeout=60"
    }

    /// The same, with its files in a folder, which must be empty; until the server ends.
    package func databaseURL(in path: String) async throws -> String {
        if getuid() == 0 { try FileManager.default.setAttributes([.ownerAccountName: "postgres"], ofItemAtPath: path) }
        try await administer("CREATE TABLESPACE elsewhere LOCATION '\(path)'")
        let url = try await databaseURL()
        try await administer("ALTER DATABASE \(databaseName(in: url)) SET TABLESPACE elsewhere")
        return url
    }

    /// The name of the database of a `databaseURL`.
    package func databaseName(in url: String) -> String {
        String(url.split(separator: "/").last?.split(separator: "?").first ?? "")
    }

    /// All of a database in a file, as administrators make it while others use it.
    package func dump(_ url: String) async throws -> String {
        let file = folder.path("\(databaseName(in: url)).dump")
        try await run("pg_dump", "--format=custom", "--file=\(file)", url)
        return file
    }

    /// A new database with what a dump holds.
    package func restore(_ file: String) async throws -> String {
        let url = try await databaseURL()
        try await run("pg_restore", "--no-owner", "--exit-on-error", "--dbname=\(url)", file)
        return url
    }

    private func makeDatabase() async throws -> String {
        let name = "t\(UInt32.random(in: .min ... .max))"
        try await administer("CREATE DATABASE \(name) OWNER \(Self.user)")
        return name
    }

    /// - Parameters:
    ///   - options: further `key=value` pairs of libpq.
    ///   - isRemote: over TCP instead of the socket of the machine.
    package func address(
        ofDatabase name: String, user: String = PostgreSQLServer.user, isRemote: Bool = false, options: String = ""
    ) throws -> PostgreSQLAddress {
        try PostgreSQLAddress(
            "host=\(isRemote ? "127.0.0.1" : folder.path) port=\(port) user=\(user) dbname=\(name) connect_timeout=60 \(options)")
    }

    /// Runs a statement as the server's administrator.
    package func administer(_ sql: String, database: String = "postgres") async throws {
        let lane = PostgreSQLLane(
            try address(ofDatabase: database, user: "postgres"), label: "administrator", patience: .seconds(60))
        try await lane.run { try $0.execute(sql) }
    }

    // MARK: What happens to servers

    /// Starts it, and waits until it takes connections.
    package func start() async throws {
        try await run(
            "pg_ctl", "start", "--pgdata", data, "--log", folder.path("server.log"), "--wait", "--timeout", "60", "--silent")
    }

    /// Stops it: clients are sent away, and it ends in order.
    package func stop() async throws {
        try await run("pg_ctl", "stop", "--pgdata", data, "--mode", "fast", "--wait", "--timeout", "60", "--silent")
    }

    /// Ends all its processes on the spot.
    package func kill() async throws {
        let processes = try self.processes
        try signal(SIGKILL)
        try await eventually("the end of the server's processes") { !processes.contains(where: Self.isRunning) }
        // Where nobody asks for the main process's end it keeps its number, for which the next one would take it as still running.
        try FileManager.default.removeItem(atPath: "\(data)/postmaster.pid")
        try FileManager.default.removeItem(atPath: folder.path(".s.PGSQL.\(port).lock"))
    }

    /// Stops all its processes from doing anything; its sockets stay, and its kernel goes on to take what is sent.
    package func suspend() throws { try signal(SIGSTOP) }

    package func resume() throws { try signal(SIGCONT) }

    private func signal(_ signal: Int32) throws {
        for process in try processes { _ = Glibc.kill(process, signal) }
    }

    /// The main process and those that it began.
    private var processes: [pid_t] {
        get throws {
            let text = try String(contentsOfFile: "\(data)/postmaster.pid", encoding: .utf8)
            guard let main = text.split(separator: "\n").first.flatMap({ pid_t($0) }) else {
                throw Unavailable(description: "the server does not run")
            }
            let children = try? String(contentsOfFile: "/proc/\(main)/task/\(main)/children", encoding: .utf8)
            return [main] + (children?.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) } ?? [])
        }
    }

    private static func isRunning(_ process: pid_t) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return !status.contains(") Z ")
    }

    // MARK: Programs

    /// Ends the server when this process has ended, and deletes its folder.
    private func keep() throws {
        let keeper = Process()
        keeper.executableURL = URL(filePath: "/bin/sh")
        keeper.arguments = [
            "-c",
            """
            trap '' INT TERM HUP
            cat >/dev/null
            if main=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null); then
                kill -CONT "$main" $(cat "/proc/$main/task/$main/children")
                kill -QUIT "$main"
                for turn in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$main" && sleep 0.3; done
                kill -KILL "$main"
            fi 2>/dev/null
            rm -rf "$1"
            """, "keeper", folder.path,
        ]
        keeper.standardInput = lifeline
        keeper.standardOutput = FileHandle.nullDevice
        keeper.standardError = FileHandle.nullDevice
        try keeper.run()
    }

    /// Runs a program that inherits no descriptor: the server, which goes on when `pg_ctl` ends, would keep this process waiting for that end.
    private static let alone = """
        for descriptor in /proc/self/fd/*; do
            [ "${descriptor##*/}" -le 2 ] || eval "exec ${descriptor##*/}>&-"
        done
        LC_ALL=C exec "$@"
        """

    /// Runs one of the server's programs to its end; as its own user where this process is root, which it refuses to serve.
    private func run(_ program: String, _ arguments: String...) async throws {
        guard let programs = Self.programs else {
            throw Unavailable(description: "PostgreSQL is not installed: board/setup.sh postgresql")
        }
        let user = getuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] : []
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", Self.alone, program] + user + ["\(programs)/\(program)"] + arguments
        process.currentDirectoryURL = folder.url
        process.standardInput = FileHandle.nullDevice
        let log = folder.path("\(program).log")
        try Data().write(to: URL(filePath: log))
        let output = try FileHandle(forWritingTo: URL(filePath: log))
        process.standardOutput = output
        process.standardError = output
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                continuation.resume(throwing: error)
            }
        }
        guard process.terminationStatus == 0 else {
            throw Unavailable(description: "\(program): \(try String(contentsOfFile: log, encoding: .utf8))")
        }
    }
}
