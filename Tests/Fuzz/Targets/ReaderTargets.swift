import Base
import ReaderDrivers
import ReaderEmulators

extension FuzzTarget {
    /// The reader's bytes: frames do not depend on how they were cut up, are well formed, and garbage passes.
    static let pn532Frames = FuzzTarget(name: "pn532-frames") { input in
        let known = PN532Frame.information(.toHost, [0x4B, 0x00])
        let found = input.arrivals.map { chunks in
            var parser = PN532FrameParser()
            let frames = chunks.flatMap { parser.frames(in: $0) }
            // Longer than any frame that may still be open.
            _ = parser.frames(in: [UInt8](repeating: 0, count: PN532Frame.maximumLength + 8))
            return (frames, last: parser.frames(in: known.bytes))
        }
        for (frames, last) in found {
            try require(frames == found[0].0, "\(frames) came of bytes cut up, \(found[0].0) of all at once")
            try require(last == [known], "after a quiet line the next frame is read as \(last)")
        }
        for frame in found[0].0 {
            var parser = PN532FrameParser()
            try require(parser.frames(in: frame.bytes) == [frame], "\(frame) is not read back")
        }
    }

    /// A reader that talks rubbish and then comes to its senses: the driver stays sound and finds the card in the end.
    ///
    /// The first byte of each 16 says how many milliseconds pass before the other 15 come.
    static let pn532Driver = FuzzTarget(name: "pn532-driver") { input in
        var line = try ReaderLine(PN532Machine()) { [4, 7, 10].contains($0.count) }
        try line.play(input)
        // Time for two steps of recovery, opening the port anew, and a poll.
        try line.recover(PN532Emulator(), within: 5)
    }

    /// The UHF reader's bytes, as those of the PN532.
    static let uhfA0Frames = FuzzTarget(name: "uhf-a0-frames") { input in
        let known = UHFA0Frame(address: 0x01, .realTimeInventory, [0x22])
        let found = input.arrivals.map { chunks in
            var parser = UHFA0FrameParser()
            let frames = chunks.flatMap { parser.frames(in: $0) }
            _ = parser.frames(in: [UInt8](repeating: 0, count: UHFA0Frame.maximumDataLength + 5))
            return (frames, last: parser.frames(in: known.bytes))
        }
        for (frames, last) in found {
            try require(frames == found[0].0, "\(frames) came of bytes cut up, \(found[0].0) of all at once")
            try require(last == [known], "after a quiet line the next frame is read as \(last)")
        }
        for frame in found[0].0 {
            var parser = UHFA0FrameParser()
            try require(parser.frames(in: frame.bytes) == [frame], "\(frame) is not read back")
        }
    }

    /// The first byte is the settings; then as with the PN532, but for 31 bytes at a time, since frames are longer.
    static let uhfA0Driver = FuzzTarget(name: "uhf-a0-driver") { input in
        var settings = CardReaderSettings()
        let choice = input.first ?? 0
        let isTID = choice & 1 == 0
        settings.identity = isTID ? .tid : .epc
        settings.transmitPowerDBm = choice & 2 == 0 ? nil : 20
        settings.beeps = choice & 4 != 0
        var line = try ReaderLine(UHFA0Machine(settings)) { uid in
            isTID
                ? uid.count == 12 && Set(uid).count > 1 : (2...62).contains(uid.count) && uid.count.isMultiple(of: 2)
        }
        try line.play(input.dropFirst(), size: 32)
        // What a PN532 needs; and a tag that could not be read is tried again after 5 s.
        try line.recover(UHFA0Emulator(), uid: Array(1...12), within: 11)
    }

    /// A reader of lines and frames of text: what it tells does not depend on how it arrives, and after a pause the next line
    /// gets through.
    ///
    /// The first byte says how lines end and what they hold; then as with the PN532.
    static let asciiLine = FuzzTarget(name: "ascii-line") { input in
        let terminators: [[UInt8]] = [[0x0D], [0x0D, 0x0A], Array("#".utf8), Array("\r#".utf8)]
        let contents: [CardReaderSettings.LineContent] = [.automatic, .hexadecimal, .decimal]
        let choice = Int(input.first ?? 0)
        var settings = CardReaderSettings()
        settings.terminator = terminators[choice % 4]
        settings.lineContent = contents[choice / 4 % 3]
        let sizes: Set = settings.lineContent == .decimal ? [4] : [4, 5, 6, 7, 8, 9, 10, 12, 16]
        var line = try ReaderLine(ASCIILineMachine(settings)) { sizes.contains($0.count) }
        var torn = line
        try line.play(input.dropFirst())
        try torn.play(input.dropFirst(), cut: 1)
        try require(line.outputs == torn.outputs, "\(torn.outputs) came of bytes cut up, \(line.outputs) of longer reads")

        try line.advance(milliseconds: 1000)
        let digits = settings.lineContent == .decimal ? "3735928559" : "DEADBEEF"
        try line.pass(.bytes(Array(digits.utf8) + settings.terminator))
        try require(line.isReady, "the reader is not ready with a card")
        try require(line.cards.contains([0xDE, 0xAD, 0xBE, 0xEF]), "the line after a pause was not told")
    }

    /// As the PN532, and what it tells does not depend on how it arrives.
    static let twn4Driver = FuzzTarget(name: "twn4-driver") { input in
        var line = try ReaderLine(TWN4Machine()) { (1...16).contains($0.count) }
        var torn = line
        try line.play(input)
        try torn.play(input, cut: 1)
        try require(line.outputs == torn.outputs, "\(torn.outputs) came of bytes cut up, \(line.outputs) of longer reads")
        try line.recover(TWN4Emulator(), within: 5)
    }
}
