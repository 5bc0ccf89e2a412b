import Base
import BoxConfiguration
import Hardware
import Kernel
import OperatingSystem
import ValidatorCore

/// The ignition line, and the shutdown that follows when it goes off.
final class IgnitionKeeper {
    private static let commandTimeLimit = Duration.seconds(60)

    private var watch: IgnitionWatch
    private let powerOffCommand: [String]
    private let unsent: () -> Int
    private let onChange: (Bool) -> Void
    private let onShutdown: () -> Void
    private let onNotice: (Notice) -> Void
    private var input: IgnitionInput?
    private var timer: OneShotTimer?

    /// - Parameters:
    ///   - unsent: how many records and positions wait for the platform.
    ///   - onChange: whether the ignition is on.
    ///   - onShutdown: makes everything durable, before the machine is switched off. None may keep the owner alive.
    init(
        _ vehicle: Configuration.Vehicle, _ line: IgnitionLine, unsent: @escaping () -> Int, onChange: @escaping (Bool) -> Void,
        onShutdown: @escaping () -> Void, onNotice: @escaping (Notice) -> Void
    ) {
        watch = IgnitionWatch(delay: vehicle.ignitionOffDelay, maximum: vehicle.ignitionOffMaximum)
        powerOffCommand = vehicle.powerOffCommand
        self.unsent = unsent
        self.onChange = onChange
        self.onShutdown = onShutdown
        self.onNotice = onNotice
        timer = OneShotTimer { [weak self] in self?.check() }
        input = IgnitionInput(line, onChange: { [weak self] in self?.take($0) }, onNotice: onNotice)
        input?.start()
    }

    /// Nil until the line was read.
    var isOn: Bool? { watch.isOn }
    /// When the box means to shut down; nil when it does not.
    var shutdown: Instant? { watch.nextDeadline }

    private func take(_ isOn: Bool) {
        carryOut(watch.set(isOn: isOn, at: Clocks.now().instant))
        onChange(isOn)
    }

    private func check() {
        carryOut(watch.check(unsent: unsent(), at: Clocks.now().instant))
    }

    private func carryOut(_ outputs: [IgnitionWatch.Output]) {
        for output in outputs {
            switch output {
            case .notice(let notice): onNotice(notice)
            case .shutDown: switchOff()
            }
        }
        timer?.schedule(at: watch.nextDeadline)
    }

    /// The service manager ends this program on the way.
    private func switchOff() {
        onShutdown()
        do throws(SystemError) {
            try ChildProcess.run(powerOffCommand, timeLimit: Self.commandTimeLimit) { [weak self] ending in
                guard ending != .exited(code: 0) else { return }
                self?.fail("it \(ending)")
            }
        } catch {
            fail("\(error)")
        }
    }

    private func fail(_ reason: String) {
        carryOut(watch.shutdownFailed(reason, at: Clocks.now().instant))
    }
}
