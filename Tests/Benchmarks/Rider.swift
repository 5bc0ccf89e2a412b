import Base
import Fares
import Glibc
import OperatingSystem
import ReaderEmulators

/// Puts one card after the other on a stage's reader, playing the chip's part.
struct Rider {
    private static let patience = Duration.seconds(20)

    /// Of cards on every stage's list. ISO/IEC 14443-3 keeps 88 as a first byte for the cascade tag, and zeros alone are no card.
    private static let cards: [CardNumber] = (1...20_000).lazy.map(LookupBenchmark.card).filter {
        !$0.description.hasPrefix("88")
    }

    private let stage: Stage
    private var emulator = PN532Emulator()
    private var count: Int

    /// Begins with card number `first` of the list.
    init(on stage: Stage, from first: Int = 0) {
        self.stage = stage
        count = first
    }

    /// The card of the last tap.
    private(set) var card: CardNumber?

    /// Puts the next card on the reader. The result is the time from the last byte of its UID to the green light.
    mutating func tap() throws -> Duration {
        let card = Self.cards[count % Self.cards.count]
        let digits = card.digits.compactMap(hexadecimalValue)
        let uid = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        count += 1
        self.card = card
        stage.drainLight()
        var sent: Instant?
        send(emulator.place(uid: uid), uid, &sent)
        let begin = Clocks.now().instant
        while Clocks.now().instant - begin < Self.patience {
            wait(atMost: 1000, forLight: true)
            if let sent, case .bytes(let values) = stage.light.read(atMost: 64), values.contains(UInt8(ascii: "1")) {
                return Clocks.now().instant - sent
            }
            answer(uid, &sent)
        }
        throw BenchmarkError("no green light for card \(card) in \(Self.patience.wholeSeconds) s; see \(stage.folder)/daemon.log")
    }

    /// Leaves the card where it is for a while; the chip goes on answering.
    mutating func rest(_ duration: Duration) {
        let end = Clocks.now().instant + duration
        var sent: Instant?
        while true {
            let left = end - Clocks.now().instant
            guard left > .zero else { return }
            wait(atMost: Int32(left.wholeMilliseconds) + 1, forLight: false)
            answer([], &sent)
        }
    }

    private func wait(atMost milliseconds: Int32, forLight: Bool) {
        var polls = [
            pollfd(fd: stage.terminal.controller.raw, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stage.light.raw, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&polls, forLight ? 2 : 1, milliseconds)
    }

    private mutating func answer(_ uid: [UInt8], _ sent: inout Instant?) {
        guard case .bytes(let bytes) = stage.terminal.controller.read(atMost: 1024) else { return }
        send(emulator.receive(bytes), uid, &sent)
    }

    private func send(_ bytes: [UInt8], _ uid: [UInt8], _ sent: inout Instant?) {
        guard !bytes.isEmpty else { return }
        _ = stage.terminal.controller.write(bytes.span)
        let holdsCard = bytes.count >= uid.count && (0...bytes.count - uid.count).contains { bytes[$0...].starts(with: uid) }
        if sent == nil, holdsCard { sent = Clocks.now().instant }
    }
}
