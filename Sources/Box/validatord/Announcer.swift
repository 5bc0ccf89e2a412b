import Base
import BoxConfiguration
import ControlProtocol
import Cryptography
import Fares
import Hardware
import Logging
import OperatingSystem
import ValidatorCore

/// Tells the rider, the log and the technician: the light first, since the rider waits.
final class Announcer {
    let indicators: Indicators
    let voice: VoicePlayer
    private let logger: Logger
    private let sources: [String]
    private let masksCards: Bool
    /// Every form of code is known here, whichever the box reads.
    private let tickets = TicketReader(TicketSettings(), Libcrypto())
    private(set) var latency = TapLatency()
    private(set) var history = TapHistory()

    /// When the stages of a tap were reached.
    private struct Timing {
        var decided: Instant
        /// Nil when nothing was stored for it.
        var durable: Instant?
    }

    /// Of the taps of the turn, until they are answered.
    private var timings: [UniqueID: Timing] = [:]

    init(_ configuration: Configuration, logger: Logger, onNotice: @escaping (Notice) -> Void) {
        let settings = configuration.indicators
        indicators = Indicators(
            greenFolder: settings.greenLED, redFolder: settings.redLED, buzzerFolder: settings.buzzer,
            signal: settings.signalTime, minimum: settings.minimumTime, onNotice: onNotice)
        voice = VoicePlayer(
            folder: settings.voiceFolder, device: settings.alsaDevice, volumePercent: settings.volumePercent, onNotice: onNotice)
        self.logger = logger
        sources = configuration.readers.map(\.id) + configuration.scanners.map(\.id)
        masksCards = configuration.log.masksCards
    }

    /// These taps are decided.
    func decided(_ taps: [Tap]) {
        let now = Clocks.now().instant
        for tap in taps { timings[tap.recordID] = Timing(decided: now, durable: nil) }
    }

    /// These taps are durable.
    func stored(_ taps: [Tap]) {
        let now = Clocks.now().instant
        for tap in taps { timings[tap.recordID]?.durable = now }
    }

    /// None of these taps will have an answer under its own record.
    func notStored(_ taps: [Tap]) {
        for tap in taps { timings[tap.recordID] = nil }
    }

    /// - Parameter time: the calendar, asked once the light is on.
    func announce(_ answer: Answer, time: @escaping () -> WallTime) {
        let timing =
            answer.record.flatMap { timings.removeValue(forKey: $0) } ?? Timing(decided: Clocks.now().instant, durable: nil)
        indicators.answer(IndicatorSignal(answer)) { [weak self] isLit in self?.tell(answer, timing, isLit, time()) }
    }

    /// The rider has seen his light.
    private func tell(_ answer: Answer, _ timing: Timing, _ isLit: Bool, _ time: WallTime) {
        let answered = Clocks.now().instant
        voice.play(soundNumber: answer.soundNumber, prompt: VoicePrompt(answer))

        let decide = timing.decided - answer.received
        let durable = timing.durable.map { $0 - answer.received }
        let lit = answered - answer.received
        if let durable {
            latency.decide.record(decide)
            latency.durable.record(durable)
            if isLit { latency.answer.record(lit) }
        }
        let card = card(answer.subject)
        history.append(
            TapReport(
                sequence: 0, time: time, source: sources[answer.source], card: card, outcome: answer.outcome,
                reason: answer.reason, mode: answer.mode, record: answer.record, decide: decide, durable: durable, answer: lit))
        logger.info(
            """
            decision reader=\(sources[answer.source]) card=\(card.logField) outcome=\(answer.outcome.name) \
            reason=\(answer.reason.rawValue) mode=\(answer.mode.name) record=\(answer.record?.description ?? "none") \
            decide_us=\(decide.wholeMicroseconds) durable_us=\(durable?.wholeMicroseconds ?? 0) answer_us=\(lit.wholeMicroseconds)
            """)
        // There is no display yet; the technician sees what the platform has to say.
        if !answer.message.isEmpty { logger.info("platform to the rider: \(answer.message.quoted)") }
    }

    /// `indicators.volume_percent`, which may change while the daemon runs.
    var volumePercent: Int {
        get { voice.volumePercent }
        set { voice.volumePercent = newValue }
    }

    func switchOff() { indicators.switchOff() }

    private func card(_ subject: Subject) -> String {
        switch subject {
        case .card(let number): return masksCards ? number.masked : number.description
        case .ticket(let payload): return tickets.label(of: payload, masksCards: masksCards)
        }
    }
}
