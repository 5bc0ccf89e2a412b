import Foundation
import Glibc
import OperatingSystem
import Synchronization

/// A link between a box and its platform that is as bad as a test wants: a TCP proxy on a thread of its own.
///
/// The seed decides about jitter, lost replies and noise, in the order in which bytes arrive.
public final class FaultProxy: Sendable {
    private let shared: SharedState

    /// What the thread and its owner share.
    final class SharedState: Sendable {
        let listener: Socket
        /// A pipe: a byte through it ends the thread's wait.
        let bell: FileDescriptor
        private let bellRope: FileDescriptor
        /// Nil ends the thread.
        let faults: Mutex<LinkFaults?>

        init(_ faults: LinkFaults) throws(SystemError) {
            listener = try Socket.listening()
            try listener.setNonblocking()
            var ends: [Int32] = [-1, -1]
            guard unsafe pipe(&ends) == 0 else { throw SystemError.last("make a pipe") }
            bell = FileDescriptor(owning: ends[0])
            bellRope = FileDescriptor(owning: ends[1])
            try bell.setNonblockingAndCloseOnExec()
            try bellRope.setNonblockingAndCloseOnExec()
            self.faults = Mutex(faults)
        }

        func set(_ new: LinkFaults?) {
            faults.withLock { $0 = new }
            _ = bellRope.write([1].span)
        }
    }

    /// Forwards to `port` of this machine.
    public init(to port: Int, seed: UInt64 = 1, faults: LinkFaults = LinkFaults()) throws {
        let shared = try SharedState(faults)
        self.shared = shared
        Thread.detachNewThread {
            var loop = ProxyLoop(shared, platform: port, seed: seed)
            loop.run()
        }
    }

    deinit { shared.set(nil) }

    /// Where boxes connect to.
    public var port: Int { shared.listener.port }

    /// What is wrong with the link from now on.
    public func set(_ faults: LinkFaults) {
        shared.set(faults)
    }
}
