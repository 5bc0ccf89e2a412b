import CLinux
import OperatingSystem

/// Watches descriptors that come and go (libcurl's sockets, clients of a server) behind one Dispatch source of long life.
///
/// The descriptors stay their owners'. An owner must `remove` one before it closes it; from then on its handler is not
/// called, not even for an event that was already fetched, and the number may be used again at once.
@MainActor public final class InnerEpoll {
    /// What to watch a descriptor for, or what it is ready for.
    public struct Readiness: OptionSet, Hashable, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }

        public static let read = Readiness(rawValue: 1)
        public static let write = Readiness(rawValue: 2)
        /// The other end hung up, or the descriptor has failed. Reported whether watched for or not, and again until the
        /// descriptor is removed.
        public static let failure = Readiness(rawValue: 4)
    }

    private struct Watch {
        /// Tells a watched descriptor from an earlier one of the same number.
        let generation: UInt32
        let handler: (Readiness) -> Void
    }

    private var watches: [Int32: Watch] = [:]
    private var lastGeneration: UInt32 = 0
    private let raw: Int32
    private var source: ReadSource?

    public init() throws(SystemError) {
        let descriptor = clinux_epoll_create()
        guard descriptor >= 0 else { throw SystemError.last("create an epoll") }
        raw = descriptor
        source = ReadSource(owning: FileDescriptor(owning: descriptor)) { [weak self] in self?.dispatch() }
    }

    /// Calls `handler` on the main queue, once a turn, for as long as `descriptor` is ready. It may call any function here.
    public func register(
        _ descriptor: Int32, for readiness: Readiness, handler: @escaping (Readiness) -> Void
    ) throws(SystemError) {
        precondition(watches[descriptor] == nil, "descriptor \(descriptor) is already watched")
        lastGeneration &+= 1
        try check(
            clinux_epoll_add(raw, descriptor, events(readiness), token(descriptor, lastGeneration)),
            "watch descriptor \(descriptor)")
        watches[descriptor] = Watch(generation: lastGeneration, handler: handler)
    }

    /// Watches a registered descriptor for something else; for `[]` only failure is reported.
    public func modify(_ descriptor: Int32, for readiness: Readiness) throws(SystemError) {
        guard let watch = watches[descriptor] else { preconditionFailure("descriptor \(descriptor) is not watched") }
        try check(
            clinux_epoll_modify(raw, descriptor, events(readiness), token(descriptor, watch.generation)),
            "watch descriptor \(descriptor)")
    }

    /// Does nothing when it is not watched.
    public func remove(_ descriptor: Int32) {
        guard watches.removeValue(forKey: descriptor) != nil else { return }
        // Fails only when the descriptor is closed already, which has taken it out.
        _ = clinux_epoll_delete(raw, descriptor)
    }

    public func isWatching(_ descriptor: Int32) -> Bool { watches[descriptor] != nil }

    /// How many descriptors are watched.
    public var count: Int { watches.count }

    /// One batch; while more are ready, Dispatch calls again after everybody else had a turn.
    private func dispatch() {
        let capacity = Int(clinux_epoll_batch)
        let batch = unsafe [clinux_epoll_event](unsafeUninitializedCapacity: capacity) { buffer, count in
            count = unsafe buffer.baseAddress.map { out in unsafe Int(clinux_epoll_poll(raw, out)) } ?? 0
        }
        for event in batch {
            let descriptor = Int32(truncatingIfNeeded: event.token)
            guard let watch = watches[descriptor], watch.generation == UInt32(event.token >> 32) else { continue }
            watch.handler(readiness(event.events))
        }
    }

    private func token(_ descriptor: Int32, _ generation: UInt32) -> UInt64 {
        UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }

    private func events(_ readiness: Readiness) -> UInt32 {
        (readiness.contains(.read) ? clinux_epoll_in : 0) | (readiness.contains(.write) ? clinux_epoll_out : 0)
    }

    private func readiness(_ events: UInt32) -> Readiness {
        var readiness: Readiness = []
        if events & clinux_epoll_in != 0 { readiness.insert(.read) }
        if events & clinux_epoll_out != 0 { readiness.insert(.write) }
        if events & clinux_epoll_failure != 0 { readiness.insert(.failure) }
        return readiness
    }

    private func check(_ code: Int32, _ what: @autoclosure () -> String) throws(SystemError) {
        if code != 0 { throw SystemError(code: code, what: what()) }
    }
}
