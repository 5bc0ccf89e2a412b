import Base
import Kernel
import OperatingSystem
import ReaderDrivers

/// A card reader on a serial port: speaks its protocol, and brings it back when it stops answering.
@MainActor public final class CardReader {
    /// A power cycle that takes longer is broken off.
    public static let powerCycleTimeLimit = Duration.seconds(30)

    /// The reader's configured id.
    public let id: String
    /// Cards that were put on it since the start.
    public private(set) var reads = 0
    /// Attempts to read a card that was found which failed, since the start.
    public private(set) var failedReads = 0
    /// What was done to bring it back, and how often.
    public private(set) var recovery: RecoveryLadder

    private let connection: DeviceConnection
    private let driver: ReaderDriver
    private var machine: any ReaderMachine
    private let powerCycleCommand: [String]
    private let onCard: (_ uid: [UInt8], _ at: Moment) -> Void
    private let onSighting: (_ uid: [UInt8], _ at: Moment) -> Void

    /// `device` is the path of its port. `powerCycleCommand` switches the device off and on: a program's path and its
    /// arguments; without one its power is left alone. `onCard` comes once for each card that is put on the reader,
    /// `onSighting` each time that it is read again there. `onNotice` gets lines for the log. `recovery` is that of a reader
    /// that has been known for longer; without it, its first minute begins now.
    public init(
        id: String, device: String, baud: Int, protocol driver: ReaderDriver, settings: CardReaderSettings,
        powerCycleCommand: [String], recovery: RecoveryLadder = RecoveryLadder(start: Clocks.now().instant),
        onCard: @escaping (_ uid: [UInt8], _ at: Moment) -> Void,
        onSighting: @escaping (_ uid: [UInt8], _ at: Moment) -> Void,
        onState: @escaping (DeviceState) -> Void,
        onNotice: @escaping (Notice) -> Void
    ) {
        self.id = id
        self.driver = driver
        machine = driver.makeMachine(settings)
        self.recovery = recovery
        self.powerCycleCommand = powerCycleCommand
        self.onCard = onCard
        self.onSighting = onSighting
        connection = DeviceConnection(
            name: "reader \(id)", path: device, kind: .serialPort(baud: baud), onState: onState, onNotice: onNotice)
    }

    /// The path of its port.
    public var device: String { connection.path }
    public var state: DeviceState { connection.state }
    /// What is behind the state: the device's firmware, or what went wrong last.
    public var detail: String { connection.detail }
    /// When it last sent anything.
    public var lastSeen: Instant? { connection.lastSeen }

    /// Opens the port, now or as soon as it is there.
    public func start() {
        connection.start(
            onEvent: { [weak self] event, now in self?.handle(event, now) },
            onRetry: { [weak self] now in self?.cyclePowerIfDue(now) })
    }

    private func handle(_ event: DeviceEvent, _ now: Moment) -> Instant? {
        if event == .opened { recovery.opened() }
        carryOut(machine.handle(event, now: now.instant), now)
        return machine.nextDeadline
    }

    private func carryOut(_ outputs: [CardReaderOutput], _ now: Moment) {
        for output in outputs {
            switch output {
            case .write(let bytes):
                guard connection.write(bytes) else { return }
            case .card(let uid):
                reads += 1
                onCard(uid, now)
            case .sighting(let uid):
                onSighting(uid, now)
            case .unreadable:
                failedReads += 1
            case .ready(let firmware):
                recovery.succeeded()
                connection.note(.info, "\(driver.deviceName) on \(device) is ready (\(firmware))")
                connection.change(to: .ready, firmware)
            case .aborted:
                recovery.aborts += 1
            case .recovering(let reason):
                recovery.reinitialisations += 1
                if state == .ready {
                    connection.note(.warning, "\(driver.deviceName): \(reason) on \(device); starting it anew")
                }
                connection.change(to: .recovering, reason)
            case .reopen(let reason):
                return connection.reopen(because: "\(driver.deviceName): \(reason) on \(device)")
            }
        }
    }

    private func cyclePowerIfDue(_ now: Instant) {
        guard let program = powerCycleCommand.first, recovery.failed(at: now) else { return }
        connection.note(.warning, "opening \(device) anew does not help; cycling its power by \(program)")
        do throws(SystemError) {
            try ChildProcess.run(powerCycleCommand, timeLimit: Self.powerCycleTimeLimit) { [connection] ending in
                guard ending != .exited(code: 0) else { return }
                connection.note(
                    .warning, "\(program) \(ending); run `power_cycle_command` by hand to see why, or correct it")
            }
        } catch {
            connection.note(.warning, "\(error); correct `power_cycle_command`")
        }
    }
}
