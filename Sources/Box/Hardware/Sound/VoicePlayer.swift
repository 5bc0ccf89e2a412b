import Base
import Kernel
import OperatingSystem

/// Speaks to the rider through ALSA, one prompt at a time: a new one cuts off the one before.
///
/// A timer feeds the device, since the poll descriptors of ALSA's plugins (dmix, pulse) are ready when there is nothing to do
/// and change with the device. The device is open while there is something to say and a little longer; one that is absent or
/// busy is silence, told once, and tried again at a later prompt.
@MainActor public final class VoicePlayer {
    /// How long the device stays open after a prompt: long enough for a row of riders.
    private static let idleTime = Duration.seconds(5)
    /// A device that has taken nothing for so long, much longer than its buffer lasts, has hung.
    private static let patience = Duration.seconds(2)
    /// Opening this long is told: riders wait for the loop.
    private static let slowOpening = Duration.milliseconds(100)

    /// 0 to 100, of the recorded amplitude; a change is heard within half a second.
    public var volumePercent: Int

    private let device: String
    /// The shortest time between two attempts to use a device that failed.
    private let retryTime: Duration
    private let onNotice: (Notice) -> Void
    private var folder: VoiceFolder

    private var library: SoundLibrary?
    private var output: SoundOutput?
    private var playback: SoundPlayback?
    /// When the device has hung unless it takes something.
    private var hangsAt: Instant?
    private var retryAt: Instant?
    /// The last failure that was told, until the device has played a whole prompt.
    private var complaint: String?
    private var hasToldSlowOpening = false
    private var timer: OneShotTimer?
    /// When there is something to do next: samples to write, the end of a sound to wait for, the device to close.
    private var due: Instant?

    /// `folder` holds the sounds, `device` is ALSA's name of the output; an empty one is silence without a word.
    public convenience init(folder: String, device: String, volumePercent: Int, onNotice: @escaping (Notice) -> Void) {
        self.init(folder: folder, device: device, volumePercent: volumePercent, retryTime: .seconds(3), onNotice: onNotice)
    }

    /// `library` is loaded when needed unless given.
    init(
        folder: String, device: String, volumePercent: Int, retryTime: Duration, library: SoundLibrary? = nil,
        onNotice: @escaping (Notice) -> Void
    ) {
        self.library = library
        self.folder = VoiceFolder(folder, onNotice: onNotice)
        self.device = device
        self.volumePercent = volumePercent
        self.retryTime = retryTime
        self.onNotice = onNotice
        timer = OneShotTimer { [weak self] in self?.wake() }
    }

    /// Why the device is silent, until it has played a whole prompt; nil when it has, or has nothing to say yet.
    public var failure: String? { complaint }

    /// Says what the platform asked for (`sound_no`), or our own prompt when that is 0 or its file is missing. Returns at once:
    /// true when it begins to be heard.
    @discardableResult
    public func play(soundNumber: Int, prompt: VoicePrompt) -> Bool {
        let now = Clocks.now().instant
        guard !device.isEmpty, retryAt.map({ now >= $0 }) ?? true,
            let sound = folder.sound(number: soundNumber, prompt: prompt)
        else { return false }
        do throws(SoundOutput.Failure) {
            playback = nil
            let silentFrames = 2 * (try prepareOutput(for: sound))
            playback = SoundPlayback(sound, silentFrames: silentFrames)
            hangsAt = now + Self.patience
            try feed(now)
            return true
        } catch {
            fail(error, at: now)
            return false
        }
    }

    /// Opens the device unless it is open and fits; what it plays is cut off. The device's period in frames.
    private func prepareOutput(for sound: WaveSound) throws(SoundOutput.Failure) -> Int {
        if let period = restartedPeriod(for: sound) { return period }
        output = nil
        let start = Clocks.now().instant
        if library == nil { library = SoundLibrary() }
        guard let library else {
            throw SoundOutput.Failure(description: "libasound.so.2 is missing: install libasound2 (libasound2t64 on Debian 13)")
        }
        let opened = try SoundOutput(device, rate: sound.rate, channels: sound.channels, library: library)
        let period = opened.periodFrames
        output = consume opened
        tellSlowOpening(Clocks.now().instant - start)
        return period
    }

    /// Nil when there is no open device that fits and still works.
    private func restartedPeriod(for sound: WaveSound) -> Int? {
        guard output?.rate == sound.rate, output?.channels == sound.channels, (try? output?.restart()) != nil else { return nil }
        return output?.periodFrames
    }

    /// Writes what fits, and looks again when a quarter of that has been heard.
    private func feed(_ now: Instant) throws(SoundOutput.Failure) {
        guard let playback, let bufferFrames = output?.bufferFrames else { return }
        if !playback.isComplete {
            let samples = playback.next(frames: bufferFrames, volumePercent: volumePercent)
            let taken = try output?.write(samples) ?? 0
            self.playback?.took(frames: taken)
            if taken > 0 { hangsAt = now + Self.patience }
        }
        var pause = bufferFrames / 4
        if self.playback?.isComplete == true {
            // What is left before the closing silence.
            pause = (output?.pendingFrames ?? 0) - playback.silentFrames
            if pause <= 0 { return finish() }
        }
        if let hangsAt, now >= hangsAt { throw SoundOutput.Failure(description: "takes no more samples") }
        schedule(frames: pause)
    }

    private func schedule(frames: Int) {
        guard let pause = output?.time(ofFrames: frames) else { return }
        // A millisecond at least, so that a device which counts wrongly does not keep the loop busy.
        due = Clocks.now().instant + max(pause, .milliseconds(1))
        timer?.schedule(at: due)
    }

    private func finish() {
        playback = nil
        if complaint != nil { onNotice(Notice(.info, "voice: \(device) works again")) }
        complaint = nil
        // What sounds now is silence; without this a dry device would count as an underrun.
        try? output?.restart()
        due = Clocks.now().instant + Self.idleTime
        timer?.schedule(at: due)
    }

    private func wake() {
        let now = Clocks.now().instant
        guard let due, now >= due else { return }
        self.due = nil
        guard playback != nil else {
            output = nil
            return
        }
        do throws(SoundOutput.Failure) {
            try feed(now)
        } catch {
            fail(error, at: now)
        }
    }

    private func fail(_ failure: SoundOutput.Failure, at now: Instant) {
        output = nil
        playback = nil
        due = nil
        retryAt = now + retryTime
        guard complaint != failure.description else { return }
        complaint = failure.description
        onNotice(
            Notice(
                .warning,
                """
                voice: silent, \(device): \(failure); trying again at a later prompt; `aplay -L` lists the names for \
                indicators.alsa_device, "" is silence
                """))
    }

    private func tellSlowOpening(_ time: Duration) {
        guard time >= Self.slowOpening, !hasToldSlowOpening else { return }
        hasToldSlowOpening = true
        onNotice(
            Notice(
                .warning,
                """
                voice: opening \(device) took \(time.wholeMilliseconds) ms, in which no tap was taken; name the card itself in \
                indicators.alsa_device, such as plughw:0
                """))
    }
}
