import ReaderDrivers
import ReaderEmulators

/// A bench with a UHF module.
extension ReaderBench {
    static func uhf(
        _ identity: CardReaderSettings.Identity = .epc, change: (inout CardReaderSettings) -> Void = { _ in }
    ) -> ReaderBench {
        ReaderBench(.uhfA0) {
            $0.identity = identity
            change(&$0)
        }
    }

    /// One whose reader counts tags.
    static func counting(_ identity: CardReaderSettings.Identity = .epc) -> ReaderBench {
        var bench = uhf(identity)
        bench.open()
        bench.pass(.milliseconds(100))
        return bench
    }

    var module: UHFA0Emulator {
        get { chip as! UHFA0Emulator }
        set { chip = newValue }
    }

    /// What the module was asked.
    var requests: [UHFA0Frame] {
        var parser = UHFA0FrameParser()
        return written.flatMap { parser.frames(in: $0) }
    }

    func count(of command: UHFA0Command) -> Int {
        requests.count { $0.command == command }
    }

    var unreadable: Int {
        outputs.count { $0 == .unreadable }
    }
}

extension ReaderBench.Transmission {
    /// Of the request; nil when nothing asked for it.
    var command: UHFA0Command? {
        request.count > 3 ? UHFA0Command(rawValue: request[3]) : nil
    }
}

/// What a module would send.
func answer(_ command: UHFA0Command, _ data: [UInt8]) -> [UInt8] {
    UHFA0Frame(address: 0x01, command, data).bytes
}
