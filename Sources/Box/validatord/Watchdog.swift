import Base
import Kernel
import OperatingSystem

/// Puts the service manager's watchdog off while the box keeps its promises: the loop turns, or its timer would not fire, and
/// rides can be stored. Where they cannot for long, a fresh start may help: it sets a damaged file aside, and finds a disk that
/// has been mounted anew.
final class Watchdog {
    /// As long as a full disk may take to drain by uploads.
    static let patience = Duration.seconds(300)
    /// Between two feedings beside the timer's.
    private static let feedingPause = Duration.seconds(1)

    private let service: ServiceManager
    private let interval: Duration
    private let stateFolder: String
    private let canStore: () -> Bool
    private let onNotice: (Notice) -> Void
    private var timer: OneShotTimer?
    private var unableSince: Instant?
    private var isGivenUp = false
    private var fed: Instant?

    /// Nil when nobody watches. `canStore` says whether a ride could be stored now.
    init?(
        _ service: ServiceManager?, stateFolder: String, canStore: @escaping () -> Bool, onNotice: @escaping (Notice) -> Void
    ) {
        guard let service, let interval = service.watchdogInterval else { return nil }
        self.service = service
        self.interval = interval
        self.stateFolder = stateFolder
        self.canStore = canStore
        self.onNotice = onNotice
        timer = OneShotTimer { [weak self] in self?.proceed(Clocks.now().instant) }
        proceed(Clocks.now().instant)
    }

    /// The loop is about to wait for the disk, or has waited for it: a card that takes seconds for each sync is no loop that has
    /// stopped.
    func feed(_ now: Instant) {
        if let fed, now - fed < min(Self.feedingPause, interval / 4) { return }
        guard !isGivenUp else { return }
        fed = now
        service.alive()
    }

    /// The timer's call.
    func proceed(_ now: Instant) {
        unableSince = canStore() ? nil : unableSince ?? now
        if let unableSince, now - unableSince > Self.patience {
            isGivenUp = true
            onNotice(
                Notice(.error, "no ride can be stored in \(stateFolder): check the disk; the watchdog starts the program anew"))
            return
        }
        fed = now
        service.alive()
        timer?.schedule(after: interval)
    }
}
