import Dispatch
import ValidatorCore

/// Calls its owner on the main queue once per `schedule`, by the monotonic clock: setting the wall clock does not move it.
///
/// A call that was already due when the timer is scheduled anew or cancelled may still come, so the owner compares its
/// deadline with `Clocks.now()`. For something periodic, schedule again in the handler.
public struct OneShotTimer: ~Copyable {
    private let source: any DispatchSourceTimer

    /// Idle until scheduled. `onFire` must not keep the owner alive: capture it weakly.
    public init(onFire: @escaping () -> Void) {
        source = DispatchSource.makeTimerSource(queue: .main)
        source.setEventHandler { onFire() }
        source.schedule(deadline: .distantFuture)
        source.activate()
    }

    deinit { source.cancel() }

    /// Fires once, `delay` from now, at most 1 ms late when the machine is idle. Replaces what was scheduled before.
    public func schedule(after delay: Duration) {
        let nanoseconds = Int(clamping: max(delay.wholeNanoseconds, 0))
        source.schedule(deadline: .now() + .nanoseconds(nanoseconds), leeway: .milliseconds(1))
    }

    /// Fires once at `deadline`, at once if that has passed, never when it is nil: made for a state machine's `nextDeadline`.
    public func schedule(at deadline: Instant?) {
        guard let deadline else { return cancel() }
        schedule(after: deadline - Clocks.now().instant)
    }

    public func cancel() {
        source.schedule(deadline: .distantFuture)
    }
}
