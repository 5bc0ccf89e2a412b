import Base
import CLinux
import Glibc
import Kernel
import OperatingSystem
import ReaderDrivers

/// Reads the ignition and tells of each change. A line that cannot be read is tried again for ever; what was read last holds.
@MainActor public final class IgnitionInput {
    private static let name = "ignition"
    /// A starter motor makes the supply bounce.
    private static let debounceMicroseconds: UInt32 = 50_000

    private let line: IgnitionLine
    private let onChange: (Bool) -> Void
    private let onNotice: (Notice) -> Void
    private var isOn: Bool?
    private var connection: DeviceConnection?
    private var parser: IgnitionEventParser?
    private var gpio: ReadSource?
    private var retryTimer: OneShotTimer?
    private var delay = RetryDelay()
    private var complaint: String?

    /// - Parameter onChange: whether the ignition is on; first when that is known. Neither may keep the owner alive.
    public init(_ line: IgnitionLine, onChange: @escaping (Bool) -> Void, onNotice: @escaping (Notice) -> Void) {
        self.line = line
        self.onChange = onChange
        self.onNotice = onNotice
    }

    public func start() {
        switch line {
        case .input(let path, let event, let code):
            parser = IgnitionEventParser(event, code: code)
            let connection = DeviceConnection(
                name: Self.name, path: path, kind: .inputDevice, onState: { _ in }, onNotice: onNotice)
            self.connection = connection
            connection.start(onEvent: { [weak self] happening, _ in
                self?.handle(happening, event, code)
                return nil
            })
        case .gpio(let chip, let number, let isActiveLow):
            retryTimer = OneShotTimer { [weak self] in self?.open(chip, number, isActiveLow) }
            open(chip, number, isActiveLow)
        }
    }

    private func report(_ new: Bool) {
        guard new != isOn else { return }
        isOn = new
        onChange(new)
    }

    // MARK: An input device

    private func handle(_ happening: DeviceEvent, _ event: IgnitionLine.InputEvent, _ code: Int) {
        switch happening {
        case .opened:
            parser = IgnitionEventParser(event, code: code)
            connection?.change(to: .ready, "")
            ask(event, code)
        case .bytes(let bytes):
            switch parser?.take(bytes) {
            case .level(let level): report(level)
            case .unknown: ask(event, code)
            case nil: break
            }
        case .timer, .closed: break
        }
    }

    /// A file that cannot be asked, such as a FIFO, tells at its next event.
    private func ask(_ event: IgnitionLine.InputEvent, _ code: Int) {
        guard let descriptor = connection?.descriptor else { return }
        let level = clinux_evdev_is_set(descriptor, event == .key ? 1 : 0, UInt32(code))
        if level >= 0 { report(level != 0) }
    }

    // MARK: A GPIO line

    private func open(_ chip: String, _ number: Int, _ isActiveLow: Bool) {
        let result = unsafe clinux_gpio_request(chip, UInt32(number), isActiveLow ? 1 : 0, Self.debounceMicroseconds)
        guard result >= 0 else { return retry(SystemError(code: -result, what: "line \(number) of \(chip)")) }
        delay.reset()
        complaint = nil
        gpio = ReadSource(owning: FileDescriptor(owning: result)) { [weak self] in self?.readLine(chip, number) }
        readLine(chip, number)
    }

    /// The level is asked for, since edges that came too fast may have been dropped.
    private func readLine(_ chip: String, _ number: Int) {
        guard let raw = gpio?.raw, let edges = gpio?.read(atMost: 4096) else { return }
        switch edges {
        case .bytes, .wouldBlock: break
        case .ended: return retry(SystemError(code: ENODEV, what: "line \(number) of \(chip)"))
        case .failed(let error): return retry(SystemError(code: error.code, what: "line \(number) of \(chip)"))
        }
        let level = clinux_gpio_is_active(raw)
        guard level >= 0 else { return retry(SystemError(code: -level, what: "line \(number) of \(chip)")) }
        report(level != 0)
    }

    private func retry(_ error: SystemError) {
        gpio = nil
        let text = "\(Self.name): \(error); check vehicle.ignition, trying again"
        if complaint != text { onNotice(Notice(.warning, text)) }
        complaint = text
        retryTimer?.schedule(after: delay.next())
    }
}
