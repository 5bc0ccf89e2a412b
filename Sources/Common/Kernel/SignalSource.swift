import Dispatch
import Glibc

/// Calls its owner on the main queue when the process receives a signal, for as long as it lives.
public struct SignalSource: ~Copyable {
    private let source: any DispatchSourceSignal

    /// `number` is SIGTERM, SIGINT, SIGHUP or the like; its default action no longer happens. `onListening` is called once, on
    /// the main queue, when no signal is missed any more: Dispatch begins to listen a moment later, in a thread of its own.
    public init(_ number: Int32, onListening: (() -> Void)? = nil, onSignal: @escaping () -> Void) {
        source = DispatchSource.makeSignalSource(signal: number, queue: .main)
        source.setEventHandler { onSignal() }
        if let onListening { source.setRegistrationHandler { onListening() } }
        source.activate()
    }

    deinit { source.cancel() }

    /// A peer that went away is an error of the write (EPIPE), not the end of the program. Call once at start.
    public static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }
}
