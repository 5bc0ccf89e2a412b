import Base
import BoxConfiguration
import Kernel
import OperatingSystem
import ValidatorCore

/// Asks ModemManager once a minute how the modem is, and adds up what goes over the mobile network. Nothing depends on it.
final class ModemKeeper {
    private static let interval = Duration.seconds(60)
    /// mmcli answers in tens of milliseconds, or waits for a D-Bus service that is only starting.
    private static let timeLimit = Duration.seconds(20)
    private static let outputLimit = 256 << 10
    /// Between writes of the account.
    private static let saveInterval = Duration.seconds(300)

    enum State: Hashable {
        case off
        /// Not asked yet.
        case unknown
        case noModemManager
        case noModem
        case present(ModemReport, iccid: String?)
    }

    private let program: String
    private let interface: String
    private let boot: UniqueID
    private let month: () -> Int?
    private let save: (DataUse) -> Bool
    private let onNotice: (Notice) -> Void

    private(set) var state: State
    private(set) var dataUse: DataUse
    private var savedUse: DataUse
    private var lastSave: Instant?
    private var iccid: (sim: String, number: String)?
    private var complaint: String?
    private var isAsking = false
    private var timer: OneShotTimer?

    /// - Parameters:
    ///   - month: the operator's calendar month, nil without a trusted clock.
    ///   - save: has the account written; false when that failed.
    ///   - onNotice: like the others, must not keep the owner alive.
    init(
        _ vehicle: Configuration.Vehicle, boot: UniqueID, dataUse: DataUse, month: @escaping () -> Int?,
        save: @escaping (DataUse) -> Bool, onNotice: @escaping (Notice) -> Void
    ) {
        program = vehicle.modemProgram
        interface = vehicle.dataInterface
        self.boot = boot
        self.dataUse = dataUse
        savedUse = dataUse
        self.month = month
        self.save = save
        self.onNotice = onNotice
        state = vehicle.modemProgram.isEmpty ? .off : .unknown
        timer = OneShotTimer { [weak self] in self?.look() }
    }

    /// Looks now, and from now on every minute.
    func look() {
        timer?.schedule(after: Self.interval)
        countTraffic(now: Clocks.now().instant)
        guard !program.isEmpty, !isAsking else { return }
        isAsking = true
        askModem()
    }

    /// Writes the account before the program ends.
    func stop() {
        countTraffic(now: Clocks.now().instant)
        write(now: Clocks.now().instant)
    }

    // MARK: Traffic

    private func countTraffic(now: Instant) {
        guard let counter = readCounter() else { return }
        dataUse.take(counter, month: month())
        let isDue = lastSave.map { now - $0 >= Self.saveInterval } ?? true
        if isDue || dataUse.month != savedUse.month { write(now: now) }
    }

    private func write(now: Instant) {
        guard dataUse != savedUse else { return }
        lastSave = now
        if save(dataUse) { savedUse = dataUse }
    }

    /// Nil while there is no such interface.
    private func readCounter() -> DataUse.Counter? {
        guard !interface.isEmpty, let number = value("ifindex"), let received = value("statistics/rx_bytes"),
            let sent = value("statistics/tx_bytes")
        else { return nil }
        return DataUse.Counter(boot: boot, interface: Int(number), bytes: received + sent)
    }

    private func value(_ name: String) -> Int64? {
        guard let content = try? SmallFile.read("/sys/class/net/\(interface)/\(name)", limit: 64) else { return nil }
        return Int64(String(decoding: content.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    // MARK: The modem

    private func askModem() {
        ask(["--modem=any"]) { keeper, output in
            guard let report = output.flatMap(ModemReport.init(modem:)) else { return keeper.askWhetherThereIsAny() }
            guard let sim = report.sim else { return keeper.finish(.present(report, iccid: nil)) }
            if let iccid = keeper.iccid, iccid.sim == sim { return keeper.finish(.present(report, iccid: iccid.number)) }
            keeper.ask(["--sim=\(sim)"]) { keeper, output in
                keeper.iccid = output.flatMap(ModemReport.iccid).map { (sim, $0) }
                keeper.finish(.present(report, iccid: keeper.iccid?.number))
            }
        }
    }

    private func askWhetherThereIsAny() {
        ask(["--list-modems"]) { keeper, output in
            keeper.finish(output.map(ModemReport.isEmptyList) == true ? .noModem : .noModemManager)
        }
    }

    /// `then` gets nil when the program failed.
    private func ask(_ arguments: [String], then: @escaping (ModemKeeper, [UInt8]?) -> Void) {
        do throws(SystemError) {
            try ChildProcess.run(
                [program] + arguments + ["--output-json"], timeLimit: Self.timeLimit, outputLimit: Self.outputLimit
            ) { [weak self] ending, output in
                guard let self else { return }
                then(self, ending == .exited(code: 0) ? output : nil)
            }
        } catch {
            finish(.noModemManager)
        }
    }

    private func finish(_ new: State) {
        isAsking = false
        state = new
        let text: String? =
            switch new {
            case .noModemManager:
                "modem: \(program) gets no answer of ModemManager; is it installed and running? The box works without"
            case .noModem: "modem: ModemManager knows no modem; plug it in, or set vehicle.modem_program = \"\""
            case .present(let report, _):
                report.state == "failed" || report.state == "locked"
                    ? "modem: \(report.state)\(report.failure.map { " (\($0))" } ?? ""); check the SIM card" : nil
            case .off, .unknown: nil
            }
        if let text, text != complaint { onNotice(Notice(.warning, text)) }
        if text == nil, complaint != nil { onNotice(Notice(.info, "modem: is there")) }
        complaint = text
        // Another card may be put in while there is no modem.
        if case .present = new {} else { iccid = nil }
    }
}
