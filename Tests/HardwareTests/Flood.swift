import Foundation
import Glibc
import OperatingSystem
import Synchronization

/// Writes zeros to a descriptor, as fast as it takes them, until it is let go of.
final class Flood {
    private let isOver = Flag()

    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    /// The descriptor stays its owner's, who may close it.
    init(_ descriptor: Int32) throws {
        let file = dup(descriptor)
        guard file >= 0 else { throw SystemError.last("duplicate descriptor \(descriptor)") }
        Thread.detachNewThread { [isOver] in
            let zeros = [UInt8](repeating: 0, count: 16384)
            while !isOver.value.load(ordering: .relaxed) {
                var writable = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&writable, 1, 10)
                _ = unsafe write(file, zeros, zeros.count)
            }
            close(file)
        }
    }

    deinit { isOver.value.store(true, ordering: .relaxed) }
}
