import Base
import Kernel
import OperatingSystem

/// The green and the red light, and a buzzer if there is one: shows an answer for a while.
///
/// A light shines steadily, since whoever counts the writes to it counts answers; what more there is to tell the buzzer says.
@MainActor public final class Indicators {
    private var green: Indicator
    private var red: Indicator
    private var buzzer: Indicator?
    private let signal: Duration
    private let minimum: Duration
    private let onNotice: (Notice) -> Void

    /// More answers than any reader gives at once; beyond, the oldest is shown at once.
    static let waitingLimit = 32

    private var timer: OneShotTimer?
    private var buzzerTimer: OneShotTimer?
    private var waitingTimer: OneShotTimer?
    private var offAt: Instant?
    /// Until then whoever looks is to see the last answer.
    private var seenAt = Instant(nanoseconds: 0)
    private var waiting: [(answer: IndicatorSignal, whenLit: (_ isLit: Bool) -> Void)] = []
    /// What is left of the buzzer's pattern, and when its next part begins.
    private var tones: ArraySlice<Duration> = []
    private var nextToneAt: Instant?
    /// Names of those that fail, so that each is complained about once.
    private var failing: Set<String> = []

    /// Folders of LEDs; an empty `buzzerFolder` is none. Switches everything off. `signal`: how long an answer is shown;
    /// `minimum`: how long at least, before the next one.
    public init(
        greenFolder: String, redFolder: String, buzzerFolder: String = "", signal: Duration, minimum: Duration = .zero,
        onNotice: @escaping (Notice) -> Void
    ) {
        green = Indicator(folder: greenFolder)
        red = Indicator(folder: redFolder)
        buzzer = buzzerFolder.isEmpty ? nil : Indicator(folder: buzzerFolder)
        self.signal = signal
        self.minimum = minimum
        self.onNotice = onNotice
        timer = OneShotTimer { [weak self] in self?.signalEnds() }
        buzzerTimer = OneShotTimer { [weak self] in self?.continueTones() }
        waitingTimer = OneShotTimer { [weak self] in self?.showWaiting() }
        switchOff()
    }

    /// Answers a tap: at once, or as soon as the answers before it have been seen. Whoever may ride does not wait for refusals,
    /// which a screen full of junk in front of a scanner gives without end. `whenLit` hears when that has happened, and
    /// whether the light's file has taken the value.
    public func answer(_ answer: IndicatorSignal, whenLit: @escaping (_ isLit: Bool) -> Void) {
        let place = answer.isGreen ? waiting.firstIndex { !$0.answer.isGreen } ?? waiting.count : waiting.count
        waiting.insert((answer, whenLit), at: place)
        showWaiting()
    }

    private func showWaiting() {
        while let next = waiting.first, Clocks.now().instant >= seenAt || waiting.count > Self.waitingLimit {
            waiting.removeFirst()
            next.whenLit(show(next.answer))
        }
        waitingTimer?.schedule(at: waiting.isEmpty ? nil : seenAt)
    }

    /// Shows an answer now. True when the light's file has taken the value.
    @discardableResult
    func show(_ answer: IndicatorSignal) -> Bool {
        let answered: Bool
        if answer.isGreen {
            if red.isOn { set(&red, "red light", on: false) }
            answered = set(&green, "green light", on: true)
        } else {
            if green.isOn { set(&green, "green light", on: false) }
            answered = set(&red, "red light", on: true)
        }
        let now = Clocks.now().instant
        offAt = now + signal
        seenAt = now + minimum
        timer?.schedule(at: offAt)
        if buzzer != nil {
            tones = answer.tones.durations[...]
            nextToneAt = now
            continueTones()
        }
        return answered
    }

    /// Both lights at once, which is no answer, and the buzzer for a moment: for whoever looks whether they work. An answer ends
    /// it. Nil, and nothing happens, while an answer is shown.
    public func test() -> IndicatorTest? {
        guard offAt == nil else { return nil }
        let test = IndicatorTest(
            green: set(&green, "green light", on: true), red: set(&red, "red light", on: true),
            buzzer: buzzer == nil ? nil : setBuzzer(on: true))
        let now = Clocks.now().instant
        offAt = now + signal
        timer?.schedule(at: offAt)
        if buzzer != nil {
            (tones, nextToneAt) = ([], now + IndicatorSignal.accepted.tones.length)
            buzzerTimer?.schedule(at: nextToneAt)
        }
        return test
    }

    /// Dark and silent at once, as at the start; for the end of the program. Answers that wait are shown first, however briefly.
    public func switchOff() {
        for next in waiting { next.whenLit(show(next.answer)) }
        waiting = []
        offAt = nil
        nextToneAt = nil
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

    /// Each part lasts at least its time from when it really began, so that no delay makes one pattern of another.
    private func continueTones() {
        let now = Clocks.now().instant
        guard let nextToneAt, now >= nextToneAt else { return }
        // On at the first of an odd number of parts, off at the second, and so on.
        setBuzzer(on: !tones.count.isMultiple(of: 2))
        self.nextToneAt = tones.popFirst().map { now + $0 }
        buzzerTimer?.schedule(at: self.nextToneAt)
    }
}

extension Indicators {
    @discardableResult
    private func setBuzzer(on: Bool) -> Bool {
        guard var indicator = buzzer.take() else { return false }
        let isSet = set(&indicator, "buzzer", on: on)
        buzzer = consume indicator
        return isSet
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

/// Which of the indicators took the value that lights them; nobody has looked yet.
public struct IndicatorTest: Hashable, Sendable {
    public var green: Bool
    public var red: Bool
    /// Nil when there is none.
    public var buzzer: Bool?

    public init(green: Bool, red: Bool, buzzer: Bool?) {
        (self.green, self.red, self.buzzer) = (green, red, buzzer)
    }
}
