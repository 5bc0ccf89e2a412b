import CCurl
import Kernel

/// Connections to the platform, and the exchanges over them. Exchanges hold their pool: one that gets no new exchanges closes
/// its connections after its last.
@MainActor final class ConnectionPool {
    /// Lets libcurl's callbacks, which are made before the pool, reach it, and not keep it.
    private final class Link {
        weak var pool: ConnectionPool?
    }

    private let multi: CurlMulti

    /// `onDue` is called when libcurl wants a turn by `act`. It must not keep the owner alive.
    init(epoll: InnerEpoll, connections: Int, onDue: @escaping (ConnectionPool, CurlReactor.Cause) -> Void) {
        let link = Link()
        let reactor = CurlReactor(epoll: epoll) { cause in
            if let pool = link.pool { onDue(pool, cause) }
        }
        multi = CurlMulti(reactor: reactor, connections: connections)
        link.pool = self
    }

    func start(_ transfer: HTTPTransfer) { multi.add(transfer.easy) }
    func end(_ transfer: HTTPTransfer) { multi.remove(transfer.easy) }

    /// Lets libcurl do what it can without waiting.
    func act(_ cause: CurlReactor.Cause) { multi.act(cause) }

    /// The next exchange that has ended: its number and how.
    func nextEnded() -> (number: UInt, result: CURLcode)? { multi.nextEnded() }
}
