import Base
import Dispatch
import OperatingSystem

/// Calls its owner on the main queue once per `schedule`, by the monotonic clock: setting the wall clock does not move it.
///
/// For something periodic, schedule again in the handler. Scheduling costs next to nothing unless the deadline moves nearer,
/// so it may be done after every event.
public struct OneShotTimer: ~Copyable {
    private let source: any DispatchSourceTimer
    private let alarm: Alarm

    /// Idle until scheduled. `onFire` must not keep the owner alive: capture it weakly.
    public init(onFire: @escaping () -> Void) {
        source = DispatchSource.makeTimerSource(queue: .main)
        alarm = Alarm(source, onFire: onFire)
    }

    deinit { source.cancel() }

    /// Fires once, `delay` from now, at most 1 ms late when the machine is idle. Replaces what was scheduled before.
    public func schedule(after delay: Duration) {
        alarm.due = .now() + .nanoseconds(Int(clamping: max(delay.wholeNanoseconds, 0)))
        alarm.prepare()
    }

    /// Fires once at `deadline`, at once if that has passed, never when it is nil: made for a state machine's `nextDeadline`.
    public func schedule(at deadline: Instant?) {
        guard let deadline else { return cancel() }
        schedule(after: deadline - Clocks.now().instant)
    }

    public func cancel() {
        alarm.due = nil
    }
}

/// Deadlines mostly move away before they are reached. Then the Dispatch timer, which takes system calls and another thread to
/// set, is left as it is: it looks in vain once, and is set anew.
private final class Alarm {
    private let source: any DispatchSourceTimer
    private let onFire: () -> Void
    /// Nil while idle.
    var due: DispatchTime?
    /// When there will be a look at whether it is due; nil for never.
    private var look: DispatchTime?

    init(_ source: any DispatchSourceTimer, onFire: @escaping () -> Void) {
        self.source = source
        self.onFire = onFire
        source.setEventHandler { [weak self] in self?.fireIfDue() }
        source.schedule(deadline: .distantFuture)
        source.activate()
    }

    /// Sees to it that there is a look in time.
    func prepare() {
        guard let due, look.map({ due < $0 }) ?? true else { return }
        look = due
        if due <= .now() {
            // A timer would be up to its leeway late.
            DispatchQueue.main.async { [weak self] in self?.fireIfDue() }
        } else {
            source.schedule(deadline: due, leeway: .milliseconds(1))
        }
    }

    private func fireIfDue() {
        look = nil
        guard let due else { return }
        guard due <= .now() else { return prepare() }
        self.due = nil
        onFire()
    }
}
