import CLinux
import Kernel

/// A running aplay(1). Letting go of it kills it.
struct VoiceProcess: ~Copyable {
    /// Owns the pidfd, which becomes readable when the process has ended.
    private let source: ReadSource
    private let pidfd: Int32

    /// `onEnd` comes once, when the process has ended by itself or was killed; it must not keep the owner alive.
    init(program: String, device: String, file: String, onEnd: @escaping () -> Void) throws(SystemError) {
        let pidfd = unsafe clinux_player_start(program, device, file)
        guard pidfd >= 0 else { throw SystemError(code: -pidfd, what: "start \(program)") }
        self.pidfd = pidfd
        source = ReadSource(owning: FileDescriptor(owning: pidfd)) {
            clinux_player_reap(pidfd)
            onEnd()
        }
    }

    deinit { clinux_player_kill(pidfd) }

    func kill() {
        clinux_player_kill(pidfd)
    }
}
