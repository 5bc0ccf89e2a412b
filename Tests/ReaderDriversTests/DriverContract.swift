import ReaderDrivers
import Testing

/// A driver, its settings, and a card that such a reader can tell: what the contract of all drivers is tried on.
struct DriverContract: Sendable, CustomTestStringConvertible {
    let driver: ReaderDriver
    let identity: CardReaderSettings.Identity
    /// Bytes of a UID.
    let size: Int

    /// Each driver as it is configured by default, and with cards of every size, of long ones the longest.
    static let all = ReaderDriver.all.flatMap { driver in
        let sizes = driver.makeEmulator().uidSizes.sorted()
        let short = sizes.filter { $0 <= 12 }
        return [DriverContract(driver: driver, identity: .tid, size: short.last ?? sizes[0])]
            + Set(short + [sizes[sizes.count - 1]]).sorted().map { DriverContract(driver: driver, identity: .epc, size: $0) }
    }

    /// Those whose readers can be asked.
    static let asked = all.filter { $0.driver.patience != nil }
    /// Those whose readers tell a card again and again while it is there; the others lose one for good when the line does.
    static let repeated = all.filter(\.isToldAgain)

    var testDescription: String { "\(driver.name), \(size) bytes\(identity == .tid ? "" : " of the EPC, if it has one")" }

    /// The card with this number.
    func uid(_ number: UInt8) -> [UInt8] {
        Array(repeating: 0x41, count: size - 2) + [0x10, number]
    }

    func bench(confirmReads: Int = 1) -> ReaderBench {
        ReaderBench(driver) {
            $0.identity = identity
            $0.confirmReads = confirmReads
        }
    }

    /// A bench whose reader is ready, with nothing said of it yet.
    func working(confirmReads: Int = 1) -> ReaderBench {
        var bench = bench(confirmReads: confirmReads)
        bench.open()
        bench.pass(.seconds(2))
        bench.outputs = []
        return bench
    }

    /// What a reader sends while the card lies on it.
    func spoken(of uid: [UInt8]) -> [[UInt8]] {
        var bench = working()
        let silent = bench.sent.count
        bench.place(uid)
        bench.pass(.seconds(1))
        return bench.sent[silent...].filter { $0.firstRange(of: bench.chip.encoded(uid: uid)) != nil }
    }

    private var isToldAgain: Bool {
        var bench = working()
        bench.place(uid(1))
        bench.pass(.seconds(1))
        return !bench.sightings.isEmpty
    }
}
