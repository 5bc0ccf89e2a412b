import Kernel
import ValidatorCore

/// The green and the red light, and a buzzer if there is one: shows an answer for a while.
@MainActor public final class Indicators {
    /// A short tone for an accepted tap; a refused one sounds as long as its light.
    private static let acceptedTone = Duration.milliseconds(100)

    private var green: Indicator
    private var red: Indicator
    private var buzzer: Indicator?
    private let signal: Duration
    private let onNotice: (Notice) -> Void

    private var timer: OneShotTimer?
    private var buzzerTimer: OneShotTimer?
    private var offAt: Instant?
    private var silentAt: Instant?
    /// Names of those that fail, so that each is complained about once.
    private var failing: Set<String> = []

    /// Folders of LEDs; an empty `buzzerFolder` is none. Switches everything off. `signal`: how long an answer is shown.
    public init(
        greenFolder: String, redFolder: String, buzzerFolder: String = "", signal: Duration,
        onNotice: @escaping (Notice) -> Void
    ) {
        green = Indicator(folder: greenFolder)
        red = Indicator(folder: redFolder)
        buzzer = buzzerFolder.isEmpty ? nil : Indicator(folder: buzzerFolder)
        self.signal = signal
        self.onNotice = onNotice
        timer = OneShotTimer { [weak self] in self?.signalEnds() }
        buzzerTimer = OneShotTimer { [weak self] in self?.toneEnds() }
        switchOff()
    }

    /// Answers a tap. True when the light's file has taken the value, which has happened when this returns.
    @discardableResult
    public func show(green isGreen: Bool) -> Bool {
        let answered: Bool
        if isGreen {
            if red.isOn { set(&red, "red light", on: false) }
            answered = set(&green, "green light", on: true)
        } else {
            if green.isOn { set(&green, "green light", on: false) }
            answered = set(&red, "red light", on: true)
        }
        let now = Clocks.now().instant
        offAt = now + signal
        timer?.schedule(at: offAt)
        if buzzer != nil {
            setBuzzer(on: true)
            silentAt = now + (isGreen ? min(Self.acceptedTone, signal) : signal)
            buzzerTimer?.schedule(at: silentAt)
        }
        return answered
    }

    /// Dark and silent at once, as at the start; for the end of the program.
    public func switchOff() {
        offAt = nil
        silentAt = nil
        set(&green, "green light", on: false)
        set(&red, "red light", on: false)
        setBuzzer(on: false)
    }

    private func signalEnds() {
        guard let offAt, Clocks.now().instant >= offAt else { return }
        self.offAt = nil
        if green.isOn { set(&green, "green light", on: false) }
        if red.isOn { set(&red, "red light", on: false) }
    }

    private func toneEnds() {
        guard let silentAt, Clocks.now().instant >= silentAt else { return }
        self.silentAt = nil
        setBuzzer(on: false)
    }
}

extension Indicators {
    private func setBuzzer(on: Bool) {
        guard var indicator = buzzer.take() else { return }
        set(&indicator, "buzzer", on: on)
        buzzer = consume indicator
    }

    @discardableResult
    private func set(_ indicator: inout Indicator, _ name: String, on: Bool) -> Bool {
        do throws(SystemError) {
            try indicator.set(on: on)
            if !failing.isEmpty { failing.remove(name) }
            return true
        } catch {
            if failing.insert(name).inserted {
                onNotice(Notice(.warning, "\(name): \(error); see [indicators] in the configuration; trying again at each tap"))
            }
            return false
        }
    }
}
