import CCurl
import Kernel

/// What libcurl wants of the loop: its sockets in the inner epoll, its timer on one of ours.
@MainActor final class CurlReactor {
    /// Why libcurl gets its turn.
    enum Cause {
        /// `CURL_CSELECT_...` bits.
        case socket(Int32, readiness: Int32)
        case timer
    }

    private let epoll: InnerEpoll
    private let onDue: (Cause) -> Void
    private let timer: OneShotTimer

    /// `onDue` must not keep the owner alive.
    init(epoll: InnerEpoll, onDue: @escaping (Cause) -> Void) {
        self.epoll = epoll
        self.onDue = onDue
        timer = OneShotTimer { onDue(.timer) }
    }

    /// libcurl's socket callback. A socket that cannot be watched is left to time out.
    func watch(_ socket: Int32, _ interest: Int32) {
        guard interest != CURL_POLL_REMOVE else { return epoll.remove(socket) }
        var readiness: InnerEpoll.Readiness = []
        if interest & CURL_POLL_IN != 0 { readiness.insert(.read) }
        if interest & CURL_POLL_OUT != 0 { readiness.insert(.write) }
        if epoll.isWatching(socket) {
            try? epoll.modify(socket, for: readiness)
        } else {
            try? epoll.register(socket, for: readiness) { [onDue] readiness in
                onDue(.socket(socket, readiness: Self.selectBits(readiness)))
            }
        }
    }

    /// libcurl's timer callback; -1 is never.
    func schedule(_ milliseconds: Int) {
        if milliseconds < 0 { timer.cancel() } else { timer.schedule(after: .milliseconds(milliseconds)) }
    }

    private static func selectBits(_ readiness: InnerEpoll.Readiness) -> Int32 {
        (readiness.contains(.read) ? CURL_CSELECT_IN : 0)
            | (readiness.contains(.write) ? CURL_CSELECT_OUT : 0)
            | (readiness.contains(.failure) ? CURL_CSELECT_ERR : 0)
    }
}
