import Base
import OperatingSystem

/// The voices' files: `{sound_no}.wav` and the named prompts. Read anew each time (the system caches them), so that a folder may
/// be replaced while the daemon runs.
struct VoiceFolder {
    /// Files that were complained about and are remembered, so that each is complained about once.
    private static let maximumComplaints = 64

    private let path: String
    private let onNotice: (Notice) -> Void
    private var complaints: Set<String> = []

    init(_ path: String, onNotice: @escaping (Notice) -> Void) {
        self.path = path
        self.onNotice = onNotice
    }

    /// The platform's sound, or our own prompt when that is 0 or cannot be had, or the prompt's fallback.
    mutating func sound(number: Int, prompt: VoicePrompt) -> WaveSound? {
        if number != 0, let sound = read("\(number).wav", ifMissing: .warning) { return sound }
        guard let fallback = prompt.fallback else { return read("\(prompt.rawValue).wav", ifMissing: .warning) }
        return read("\(prompt.rawValue).wav", ifMissing: .info) ?? read("\(fallback.rawValue).wav", ifMissing: .warning)
    }

    private mutating func read(_ name: String, ifMissing level: Notice.Level) -> WaveSound? {
        let path = "\(path)/\(name)"
        do throws(SystemError) {
            let bytes = try SmallFile.read(path, limit: WaveSound.maximumFileSize)
            do throws(WaveSound.Failure) {
                return try WaveSound(file: bytes)
            } catch {
                complain(.warning, "\(path): \(error)")
            }
        } catch {
            complain(level, "\(error)")
        }
        return nil
    }

    private mutating func complain(_ level: Notice.Level, _ text: String) {
        guard complaints.count < Self.maximumComplaints, complaints.insert(text).inserted else { return }
        onNotice(Notice(level, "voice: \(text); playing what there is instead"))
    }
}
