import Kernel
import ValidatorCore

/// A card reader on a serial port: opens it, speaks its protocol, and opens it again when it comes back.
@MainActor public final class CardReader {
    public enum State: String, Sendable {
        case ready
        /// The port is open, the device does not answer as it should yet, or any more.
        case recovering
        /// The port is not there, or cannot be opened; retried until it can.
        case absent
    }

    /// Bytes of one read, and reads of one turn of the loop, so that a reader that floods holds up nobody.
    public static let readSize = 1024
    private static let readsPerTurn = 4

    /// The reader's configured id, and the path of its device.
    public let id: String
    public let device: String
    public private(set) var state = State.absent
    /// What is behind the state: the device's firmware, or what went wrong last.
    public private(set) var detail = ""
    /// When it last sent anything.
    public private(set) var lastSeen: Instant?
    /// Cards since the start.
    public private(set) var reads = 0

    private let baud: Int
    private let onCard: (_ uid: [UInt8], _ at: Moment) -> Void
    private let onState: (State) -> Void
    private let onNotice: (Notice) -> Void

    private var driver: any CardReaderDriver
    private var port: SerialPort?
    private var watch: FolderWatch?
    private var timer: OneShotTimer?
    private var delay = RetryDelay()
    private var retryDeadline: Instant?
    private var hasUnreadBytes = false
    /// The last reason for closing the port, so that a device that stays away is told once.
    private var complaint: String?

    /// `onCard` comes once for each card that is put on the reader. `onNotice` gets lines for the log.
    public init(
        id: String, device: String, baud: Int, protocol: CardReaderProtocol,
        onCard: @escaping (_ uid: [UInt8], _ at: Moment) -> Void,
        onState: @escaping (State) -> Void,
        onNotice: @escaping (Notice) -> Void
    ) {
        self.id = id
        self.device = device
        self.baud = baud
        driver = `protocol`.makeDriver()
        self.onCard = onCard
        self.onState = onState
        self.onNotice = onNotice
    }

    /// Opens the port, now or as soon as it is there.
    public func start() {
        timer = OneShotTimer { [weak self] in self?.proceed() }
        open()
    }

    private func open() {
        guard port == nil else { return }
        retryDeadline = nil
        // Before the attempt, so that a port that appears meanwhile is not missed.
        watch = try? FolderWatch(for: device) { [weak self] in self?.open() }
        do throws(SerialPortError) {
            port = try SerialPort(
                device, baud: baud, onReadable: { [weak self] in self?.receive() }, onWritable: { [weak self] in self?.flush() })
        } catch {
            return retry(.absent, "\(error)")
        }
        watch = nil
        hasUnreadBytes = false
        let now = Clocks.now()
        carryOut(driver.handle(.opened, now: now.instant), now)
        schedule()
    }

    /// The timer's call: whichever is due.
    private func proceed() {
        guard port != nil else {
            if let retryDeadline, retryDeadline <= Clocks.now().instant { open() }
            return schedule()
        }
        // What has arrived while the machine was busy did not come too late.
        receive()
        let now = Clocks.now()
        carryOut(driver.handle(.timer, now: now.instant), now)
        schedule()
    }

    private func receive() {
        hasUnreadBytes = false
        for _ in 0..<Self.readsPerTurn {
            guard let result = port?.read(atMost: Self.readSize) else { return }
            switch result {
            case .bytes(let bytes):
                let now = Clocks.now()
                lastSeen = now.instant
                carryOut(driver.handle(.bytes(bytes), now: now.instant), now)
            case .wouldBlock: return schedule()
            case .ended: return close(.absent, "\(device) hung up; plug the device in again")
            case .failed(let error): return close(.absent, "\(device): \(error.reason)")
            }
        }
        // After a hang-up the port's source is silent, so what is left to read must not depend on it.
        hasUnreadBytes = true
        schedule()
    }

    private func flush() {
        do throws(SystemError) {
            try port?.flush()
        } catch {
            close(.absent, "\(error)")
        }
    }

    private func carryOut(_ outputs: [CardReaderOutput], _ now: Moment) {
        for output in outputs {
            switch output {
            case .write(let bytes):
                do throws(SystemError) {
                    try port?.write(bytes)
                } catch {
                    return close(.absent, "\(error)")
                }
            case .card(let uid):
                reads += 1
                onCard(uid, now)
            case .ready(let firmware):
                delay.reset()
                complaint = nil
                onNotice(Notice(.info, "reader \(id): \(driver.name) on \(device) is ready (\(firmware))"))
                change(to: .ready, firmware)
            case .recovering(let reason):
                if state == .ready {
                    onNotice(Notice(.warning, "reader \(id): \(driver.name): \(reason) on \(device); starting it anew"))
                }
                change(to: .recovering, reason)
            case .reopen(let reason):
                return close(.recovering, "\(driver.name): \(reason) on \(device)")
            }
        }
    }

    private func close(_ state: State, _ reason: String) {
        port = nil
        let now = Clocks.now()
        carryOut(driver.handle(.closed, now: now.instant), now)
        watch = try? FolderWatch(for: device) { [weak self] in self?.open() }
        retry(state, reason)
    }

    private func retry(_ state: State, _ reason: String) {
        let pause = delay.next()
        retryDeadline = Clocks.now().instant + pause
        schedule()
        if complaint != reason {
            complaint = reason
            onNotice(Notice(.warning, "reader \(id): \(reason); reopening in \(pause.wholeMilliseconds) ms"))
        }
        change(to: state, reason)
    }

    private func schedule() {
        if port == nil {
            timer?.schedule(at: retryDeadline)
        } else if hasUnreadBytes {
            timer?.schedule(after: .zero)
        } else {
            timer?.schedule(at: driver.nextDeadline)
        }
    }

    private func change(to new: State, _ detail: String) {
        self.detail = detail
        guard new != state else { return }
        state = new
        onState(new)
    }
}
