import Base
import BoxConfiguration
import ControlProtocol
import Dispatch
import Hardware
import Kernel
import OperatingSystem

/// Measures what a self-test needs: shows the lights, plays a prompt, tries the disk. The loop goes on meanwhile, and a tap's
/// answer comes first.
final class SelfTestRunner {
    private static let turnTime = Duration.milliseconds(100)
    /// The lights are tried for so long, between answers.
    private static let lightsTime = Duration.seconds(3)
    /// As long as a prompt takes, with the opening of its device.
    private static let soundTime = Duration.seconds(3)
    /// A disk that takes longer is stuck.
    private static let diskTime = Duration.seconds(6)

    private let announcer: Announcer
    private let configuration: Configuration
    private let status: () -> StatusReport?
    private let canStore: () -> Bool
    private let trustedTime: () -> WallTime?
    /// The disk may keep a write for seconds, and riders do not wait for this one.
    private let prober = DispatchQueue(label: "disk probe", qos: .utility)
    private var timer: OneShotTimer?
    private var begun: Instant?
    private var lights: IndicatorTest?
    private var isPlaying = false
    private var disk: SelfTest.Disk?
    private var isProbing = false
    /// Of the latest test; nil before any.
    private(set) var report: SelfTestReport?

    /// The closures must not keep the owner alive.
    init(
        _ announcer: Announcer, _ configuration: Configuration, status: @escaping () -> StatusReport?,
        canStore: @escaping () -> Bool, trustedTime: @escaping () -> WallTime?
    ) {
        self.announcer = announcer
        self.configuration = configuration
        self.status = status
        self.canStore = canStore
        self.trustedTime = trustedTime
        timer = OneShotTimer { [weak self] in self?.proceed() }
    }

    /// Returns the test's number. While one is under way it is that one's.
    func start() -> Int {
        if begun != nil, let report { return report.run }
        let run = (report?.run ?? 0) + 1
        report = SelfTestReport(run: run, checks: nil)
        begun = Clocks.now().instant
        (lights, disk) = (nil, nil)
        isPlaying = announcer.voice.play(soundNumber: 0, prompt: .accepted)
        probeDisk(run)
        proceed()
        return run
    }

    private func probeDisk(_ run: Int) {
        // One that is stuck for good must not gather others behind it.
        guard !isProbing else { return }
        isProbing = true
        let folder = configuration.device.stateFolder
        prober.async {
            let result = DiskProbe.measure(folder: folder)
            DispatchQueue.main.async { self.finishDisk(run, result) }
        }
    }

    private func finishDisk(_ run: Int, _ result: Result<DiskProbe, SystemError>) {
        isProbing = false
        guard begun != nil, report?.run == run else { return }
        switch result {
        case .success(let probe): disk = .measured(probe)
        case .failure(let error): disk = .failed("\(error)")
        }
    }

    private func proceed() {
        guard let begun else { return }
        let time = Clocks.now().instant - begun
        if lights == nil { lights = announcer.indicators.test() }
        let isDone = (lights != nil || time >= Self.lightsTime) && (!isPlaying || time >= Self.soundTime)
        if isDone, disk != nil || time >= Self.diskTime { finish() } else { timer?.schedule(after: Self.turnTime) }
    }

    private func finish() {
        begun = nil
        guard let status = status() else { return }
        let settings = configuration.indicators
        let test = SelfTest(
            status: status, lightFolders: (settings.greenLED, settings.redLED, settings.buzzer), lights: lights, sound: sound,
            disk: disk ?? .stuck, maximumRecords: configuration.outbox.maximumRecords,
            readsKeys: configuration.tickets.settings.codecs.contains(.vt1), canStore: canStore(), now: trustedTime())
        report = report.map { SelfTestReport(run: $0.run, checks: test.checks) }
    }

    private var sound: SelfTest.Sound {
        let settings = configuration.indicators
        if settings.alsaDevice.isEmpty { return .off }
        if let failure = announcer.voice.failure { return .failed("\(settings.alsaDevice): \(failure)") }
        return isPlaying ? .played : .missing(folder: settings.voiceFolder)
    }
}
