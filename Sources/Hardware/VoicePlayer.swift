import Glibc
import Kernel
import ValidatorCore

/// Our own prompts: `accepted.wav` and so on in the voice folder.
nonisolated public enum VoicePrompt: String, CaseIterable, Sendable {
    case accepted, refused
    case outOfService = "out_of_service"
}

/// Speaks to the rider through ALSA's aplay(1), one prompt at a time: a new one cuts off the one before.
///
/// Silent without a sound device, which it says once.
@MainActor public final class VoicePlayer {
    /// Missing files that are remembered, so that each is complained about once.
    private static let maximumComplaints = 64

    private let folder: String
    private let device: String
    private let program: String
    private let isSilent: Bool
    private let onNotice: (Notice) -> Void

    private var player: VoiceProcess?
    /// Waits until the sound device is free again.
    private var upcoming: String?
    private var missing: Set<String> = []

    /// `folder` holds the sounds, `device` is ALSA's name of the output; an empty one is silence without a word.
    public convenience init(folder: String, device: String, onNotice: @escaping (Notice) -> Void) {
        self.init(
            folder: folder, device: device, program: "/usr/bin/aplay", soundCards: "/proc/asound/cards", onNotice: onNotice)
    }

    init(folder: String, device: String, program: String, soundCards: String, onNotice: @escaping (Notice) -> Void) {
        self.folder = folder
        self.device = device
        self.program = program
        self.onNotice = onNotice
        let obstacle = device.isEmpty ? nil : Self.obstacle(program: program, soundCards: soundCards)
        isSilent = device.isEmpty || obstacle != nil
        if let obstacle { onNotice(Notice(.warning, "voice: silent, since \(obstacle)")) }
    }

    /// Why nothing can be heard, with what to do.
    private static func obstacle(program: String, soundCards: String) -> String? {
        if !isReadable(program) { return "\(program) is missing: install alsa-utils" }
        let cards = (try? SmallFile.read(soundCards, limit: 65536)) ?? []
        // ALSA numbers its cards and says "--- no soundcards ---" when there is none.
        let hasCard = cards.contains { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        return hasCard
            ? nil : "\(soundCards) names no sound device: connect one and restart, or set `indicators.alsa_device` to \"\""
    }

    /// Says what the platform asked for (`sound_no`), or our own prompt when that is 0 or its file is missing.
    public func play(soundNumber: Int, prompt: VoicePrompt) {
        guard !isSilent else { return }
        let platform = soundNumber == 0 ? nil : existing("\(soundNumber).wav")
        guard let file = platform ?? existing("\(prompt.rawValue).wav") else { return }
        upcoming = file
        if player == nil { startUpcoming() } else { player?.kill() }
    }

    private func existing(_ name: String) -> String? {
        let path = "\(folder)/\(name)"
        if Self.isReadable(path) { return path }
        if missing.count < Self.maximumComplaints, missing.insert(name).inserted {
            onNotice(Notice(.warning, "voice: \(path) is missing; playing what there is instead"))
        }
        return nil
    }

    private static func isReadable(_ path: String) -> Bool {
        (try? FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)) != nil
    }

    private func startUpcoming() {
        guard let file = upcoming else { return }
        upcoming = nil
        do throws(SystemError) {
            player = try VoiceProcess(program: program, device: device, file: file) { [weak self] in
                self?.player = nil
                self?.startUpcoming()
            }
        } catch {
            onNotice(Notice(.warning, "voice: \(error); check \(program)"))
        }
    }
}
