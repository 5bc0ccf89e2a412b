import Base
import CLinux
import ScannerDecoders

extension FuzzTarget {
    /// Key events of a scanner: torn records make no difference, scans are bounded text, and the next scan gets through.
    ///
    /// The first byte of each record, which is of its time, says how many times 4 ms pass before it.
    static let keyboardWedge = FuzzTarget(name: "keyboard-wedge") { input in
        let pause = Duration.milliseconds(200)
        let maximumLength = 16
        var whole = KeyboardWedgeDecoder(interKey: pause, maximumLength: maximumLength)
        var torn = whole
        var now = Instant(nanoseconds: 1_000_000_000)
        for record in input.chunks(of: KeyboardWedgeDecoder.recordSize) {
            now = now + .milliseconds(4 * Int64(record[0]))
            let outputs = whole.timeOut(now: now) + whole.decode(record, now: now)
            let tornOutputs = torn.timeOut(now: now) + record.flatMap { torn.decode([$0], now: now) }
            try require(outputs == tornOutputs, "\(tornOutputs) came of torn records, \(outputs) of whole ones")
            for case .scan(let text) in outputs {
                try require((1...maximumLength).contains(text.count), "a scan of \(text.count) characters")
                try require(text.allSatisfy { $0 == 0x09 || (0x20...0x7E).contains($0) }, "a scan of \(text)")
            }
        }
        now = now + pause
        _ = whole.timeOut(now: now)
        _ = whole.decode(record(EV_SYN, SYN_REPORT, 0), now: now)
        whole.setModifiers([])
        let typed = whole.decode(record(EV_KEY, KEY_7, 1) + record(EV_KEY, KEY_ENTER, 1), now: now)
        try require(typed.last == .scan(Array("7".utf8)), "after a pause, 7 and Enter are read as \(typed)")
    }

    private static func record(_ type: CInt, _ code: CInt, _ value: CInt) -> [UInt8] {
        [UInt8](repeating: 0, count: 16)
            + [type, code].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
            + [UInt8(truncatingIfNeeded: value), 0, 0, 0]
    }
}
