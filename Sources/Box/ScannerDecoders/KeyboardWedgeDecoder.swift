import Base

extension ScannerDriver {
    /// Scanners that type what they read, as keyboards.
    public static let evdev = ScannerDriver(name: "evdev", usualBaud: nil) {
        KeyboardWedgeDecoder(interKey: $0.interKey, maximumLength: $0.maximumLength)
    }
}

/// Turns the key events of a scanner that types what it reads ("keyboard wedge") into scans.
///
/// Bytes are `struct input_event` of 64-bit Linux (`linux/input.h`): two 8-byte time words, type, code (16 bits each),
/// value (32 bits), in the machine's order. Enter ends a scan, and so do Ctrl+M and Ctrl+J, which are carriage return and line feed;
/// Tab does when nothing follows. Ctrl with a letter or a sign is a control character. Alt held over digits of the keypad is the
/// byte of that number, in decimal; a number beyond a byte is two (GBK). Keys that type nothing are ignored, so what a scanner
/// cannot type is missing from the scan, which then is no ticket.
public struct KeyboardWedgeDecoder: ScannerDecoder {
    public static let recordSize = 24

    private let interKey: Duration
    private let maximumLength: Int

    private var phase = Phase.collecting
    private var modifiers: KeyboardModifiers = []
    /// What the keypad's digits under Alt have come to; nil before the first.
    private var altNumber: Int?
    /// The beginning of a record whose rest has not come.
    private var torn: [UInt8] = []
    private var scan: [UInt8] = []
    private var lastBytes = Instant(nanoseconds: 0)

    private enum Phase {
        case collecting
        /// The scan grew too long; the rest of it, up to Enter or a pause, is thrown away.
        case skippingScan
        /// The kernel lost events; those up to the next report are not to be trusted (kernel: input/event-codes.rst, SYN_DROPPED).
        case skippingReport
    }

    /// `interKey`: a longer pause within a scan drops what was typed before it. `maximumLength`: characters in a scan.
    public init(interKey: Duration, maximumLength: Int) {
        precondition(maximumLength > 0, "a scan has at least one character")
        self.interKey = interKey
        self.maximumLength = maximumLength
    }

    public var isKeyboard: Bool { true }

    public mutating func setModifiers(_ modifiers: KeyboardModifiers) {
        self.modifiers = modifiers
    }

    public mutating func decode(_ bytes: [UInt8], now: Instant) -> [ScannerOutput] {
        var outputs: [ScannerOutput] = []
        lastBytes = now
        let stream = torn.isEmpty ? bytes : torn + bytes
        var position = 0
        while position + Self.recordSize <= stream.count {
            handle(
                type: Self.word(stream, position + 16), code: Self.word(stream, position + 18),
                value: UInt32(Self.word(stream, position + 20)) | UInt32(Self.word(stream, position + 22)) << 16,
                &outputs)
            position += Self.recordSize
        }
        torn = Array(stream[position...])
        return outputs
    }

    public var nextDeadline: Instant? {
        torn.isEmpty && scan.isEmpty && phase != .skippingScan ? nil : lastBytes + interKey
    }

    public mutating func timeOut(now: Instant) -> [ScannerOutput] {
        guard let nextDeadline, now >= nextDeadline else { return [] }
        var outputs: [ScannerOutput] = []
        if ScanFrame.isEnded(scan) { endScan(&outputs) }
        if !torn.isEmpty { outputs.append(.dropped(reason: "\(torn.count) bytes of a torn event record")) }
        torn.removeAll()
        dropScan("after which no key came for \(interKey.wholeMilliseconds) ms (inter_key_ms)", &outputs)
        if phase == .skippingScan { phase = .collecting }
        return outputs
    }

    /// 16 bits in the order of the machine: little-endian on every one that this runs on.
    private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt16 {
        UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
    }

    private mutating func handle(type: UInt16, code: UInt16, value: UInt32, _ outputs: inout [ScannerOutput]) {
        switch (type, code) {
        case (EventType.synchronization, EventType.dropped):
            dropScan("since the kernel lost key events", &outputs)
            altNumber = nil
            phase = .skippingReport
        case (EventType.synchronization, EventType.report) where phase == .skippingReport:
            phase = .collecting
            outputs.append(.modifiersWanted)
        case (EventType.key, _) where phase != .skippingReport:
            switch value {
            case 0: release(code, &outputs)
            case 1: press(code, &outputs)
            default: break  // 2 is autorepeat
            }
        default:
            break
        }
    }

    private mutating func release(_ key: UInt16, _ outputs: inout [ScannerOutput]) {
        modifiers.subtract(KeyboardModifiers(heldKey: key))
        guard modifiers.isDisjoint(with: .alt), let number = altNumber else { return }
        altNumber = nil
        if number > UInt8.max { take(UInt8(number >> 8), &outputs) }
        take(UInt8(number & 0xFF), &outputs)
    }

    private mutating func press(_ key: UInt16, _ outputs: inout [ScannerOutput]) {
        let modifier = KeyboardModifiers(heldKey: key)
        guard modifier.isEmpty else { return modifiers.formUnion(modifier) }
        switch key {
        case KeyboardLayout.capsLock:
            modifiers.formSymmetricDifference(.capsLock)
        case KeyboardLayout.enter, KeyboardLayout.keypadEnter:
            endScan(&outputs)
        default:
            if !modifiers.isDisjoint(with: .alt), let digit = KeyboardLayout.keypadDigit(of: key) {
                altNumber = ((altNumber ?? 0) * 10 + digit) & 0xFFFF
            } else if !modifiers.contains(.leftAlt), let character = KeyboardLayout.character(of: key, modifiers: modifiers) {
                take(character, &outputs)
            }
        }
    }

    private mutating func take(_ character: UInt8, _ outputs: inout [ScannerOutput]) {
        if character == ScanFrame.carriageReturn || character == ScanFrame.lineFeed { return endScan(&outputs) }
        guard phase == .collecting else { return }
        if scan.count == maximumLength {
            dropScan("and the rest of a scan longer than that (max_length)", &outputs)
            phase = .skippingScan
        } else {
            scan.append(character)
        }
    }

    private mutating func endScan(_ outputs: inout [ScannerOutput]) {
        if Self.isGarbled(scan) {
            outputs.append(
                .advice(
                    """
                    a code that is no text was typed, which no keyboard can carry whole, such as the transport ministry's: set the \
                    scanner to HID-POS (protocol = "hidraw") or to its serial mode, see scanners.md
                    """))
        }
        outputs.append(codeOf: scan)
        scan.removeAll(keepingCapacity: true)
        phase = .collecting
    }

    /// Whether typed characters are what is left of a code that is no text. Of a text that somebody meant to be read none is: it has no
    /// two control characters but separators and ends, and does not begin as the transport ministry's code does where only printable
    /// characters of it are typed (the low byte of its length, `$`) with signs all over.
    private static func isGarbled(_ scan: [UInt8]) -> Bool {
        if scan.count(where: { $0 < 0x1C && ![0x02, 0x03, ScanFrame.tab].contains($0) || $0 == 0x7F }) > 1 { return true }
        let printable = scan.filter { (0x20..<0x7F).contains($0) }
        let signs = printable.filter { character in
            !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character)
                && !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(character | 0x20)
        }
        return printable.count >= 24 && (0x49...0x69).contains(printable[0]) && printable[1] == UInt8(ascii: "$")
            && signs.count * 8 > printable.count
    }

    private mutating func dropScan(_ reason: String, _ outputs: inout [ScannerOutput]) {
        guard !scan.isEmpty else { return }
        outputs.append(.dropped(reason: "\(scan.count) characters, \(reason)"))
        scan.removeAll(keepingCapacity: true)
    }
}

/// Of `linux/input-event-codes.h`.
private enum EventType {
    static let synchronization: UInt16 = 0
    static let key: UInt16 = 1
    /// Codes of a synchronization event.
    static let report: UInt16 = 0
    static let dropped: UInt16 = 3
}
