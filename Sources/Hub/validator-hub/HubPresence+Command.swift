import Base
import Glibc
import HubServices
import HubStore

extension HubPresence {
    /// - Parameter name: of the store, for people.
    /// - Throws: `CommandFailure` (69) while a hub runs on the store.
    static func requireNone(on store: any HubStore, _ name: String, at now: WallTime) async throws {
        guard let program = try await programs(on: store, at: now).first(where: mayRun) else { return }
        let words = program.split(separator: " ")
        throw CommandFailure(
            .unavailable,
            """
            a hub runs on \(name) (host \(words.first ?? "-"), process \(words.last ?? "-")): stop it first. One that was killed on another \
            machine counts for three minutes more
            """)
    }

    /// False of a process of this machine that is gone.
    private static func mayRun(_ program: String) -> Bool {
        let (host, own) = (program.split(separator: " ").first, HubServer.programName.split(separator: " ").first)
        guard host == own, let process = program.split(separator: " ").last.flatMap({ pid_t($0) }) else { return true }
        return kill(process, 0) == 0 || errno != ESRCH
    }
}
