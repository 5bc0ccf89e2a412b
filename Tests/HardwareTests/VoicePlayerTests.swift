import Glibc
import Kernel
import Testing
import ValidatorCore

import class Foundation.FileManager
import func Foundation.NSTemporaryDirectory
import struct Foundation.UUID

@testable import Hardware

/// The player's place is taken by a script that writes down its arguments, and then plays `long` sounds for ever.
@Suite("Voice prompts", .timeLimit(.minutes(1)))
final class VoicePlayerTests {
    let folder = NSTemporaryDirectory() + "validator-voice-" + UUID().uuidString
    var played: String { folder + "/played" }
    var notices: [Notice] = []

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try write("cards", " 0 [Device         ]: USB-Audio - USB Audio Device\n")
        try write("player", "#!/bin/sh\necho \"$@\" >>\(folder)/played\ncase \"$4\" in *7.wav) exec sleep 1000;; esac\n")
        for name in ["accepted.wav", "refused.wav", "3.wav", "7.wav"] { try write(name, "RIFF") }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ name: String, _ text: String) throws {
        let file = try FileDescriptor.open(folder + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, permissions: 0o755)
        let written = file.write(Array(text.utf8).span)
        #expect(written == .written(text.utf8.count))
    }

    func make(device: String = "default", program: String = "player", cards: String = "cards") -> VoicePlayer {
        VoicePlayer(
            folder: folder, device: device, program: folder + "/" + program, soundCards: folder + "/" + cards
        ) { [weak self] in self?.notices.append($0) }
    }

    /// Waits until the player has been started so many times, and tells for which files.
    func files(_ count: Int) async throws -> [String] {
        var lines: [Substring] = []
        try await wait {
            let text = String(decoding: (try? SmallFile.read(self.played, limit: 65536)) ?? [], as: UTF8.self)
            lines = text.split(separator: "\n")
            return lines.count >= count && text.hasSuffix("\n")
        }
        #expect(lines.allSatisfy { $0.hasPrefix("-q -D default \(folder)/") })
        return lines.map { String($0.split(separator: "/").last ?? "") }
    }

    @Test("the platform's sound is played, and our own prompt for 0")
    func sounds() async throws {
        let player = make()
        player.play(soundNumber: 3, prompt: .accepted)
        #expect(try await files(1) == ["3.wav"])
        player.play(soundNumber: 0, prompt: .refused)
        #expect(try await files(2) == ["3.wav", "refused.wav"])
        #expect(notices.isEmpty)
    }

    @Test("a missing sound falls back to our own prompt and is told once")
    func fallback() async throws {
        let player = make()
        player.play(soundNumber: 99, prompt: .accepted)
        #expect(try await files(1) == ["accepted.wav"])
        player.play(soundNumber: 99, prompt: .accepted)
        #expect(try await files(2) == ["accepted.wav", "accepted.wav"])
        #expect(notices.map(\.text) == ["voice: \(folder)/99.wav is missing; playing what there is instead"])
        player.play(soundNumber: 0, prompt: .outOfService)
        #expect(notices.count == 2)
    }

    @Test("a new prompt cuts off the one that is playing, and of those that wait the latest wins")
    func latestWins() async throws {
        let player = make()
        player.play(soundNumber: 7, prompt: .accepted)
        #expect(try await files(1) == ["7.wav"])
        player.play(soundNumber: 3, prompt: .accepted)
        player.play(soundNumber: 0, prompt: .refused)
        #expect(try await files(2) == ["7.wav", "refused.wav"])
    }

    @Test("without a player or a sound device it is silent and says so once")
    func silent() throws {
        try write("none", "--- no soundcards ---\n")
        for player in [make(program: "absent"), make(cards: "none"), make(cards: "absent")] {
            player.play(soundNumber: 0, prompt: .accepted)
            player.play(soundNumber: 42, prompt: .accepted)
        }
        #expect(notices.count == 3)
        #expect(notices.first?.text == "voice: silent, since \(folder)/absent is missing: install alsa-utils")
    }

    @Test("an empty device is silence without a word")
    func switchedOff() {
        make(device: "").play(soundNumber: 42, prompt: .accepted)
        #expect(notices.isEmpty)
    }
}
