import Base
import Kernel
import OperatingSystem
import ReaderDrivers

/// A device that is opened by its path as soon as it is there, and followed: opened anew when it hangs up, when its owner
/// wants it, and when the path (a FIFO, or a link that udev keeps) comes to lead to something else.
///
/// A turn of the loop reads a bounded number of bytes, so a device that floods holds up nobody.
@MainActor final class DeviceConnection {
    static let readsPerTurn = 4

    let path: String
    private(set) var state = DeviceState.absent
    /// What is behind the state: what the owner said of it, or what went wrong last.
    private(set) var detail = ""
    /// When the device last sent anything.
    private(set) var lastSeen: Instant?

    private let name: String
    private let kind: DeviceKind
    private let onState: (DeviceState) -> Void
    private let onNotice: (Notice) -> Void
    private var onEvent: (DeviceEvent, Moment) -> Instant? = { _, _ in nil }
    private var onRetry: (Instant) -> Void = { _ in }

    private var port: DevicePort?
    private var openedAt = Instant(nanoseconds: 0)
    private var watch: FolderWatch?
    private var timer: OneShotTimer?
    /// The owner's while the port is open, else that of the next attempt.
    private var deadline: Instant?
    private var delay = RetryDelay()
    private var hasUnreadBytes = false
    /// The last reason for closing the port, so that a device that stays away is told once.
    private var complaint: String?

    /// `name` begins each line for the log: `reader door`.
    init(
        name: String, path: String, kind: DeviceKind, onState: @escaping (DeviceState) -> Void,
        onNotice: @escaping (Notice) -> Void
    ) {
        self.name = name
        self.path = path
        self.kind = kind
        self.onState = onState
        self.onNotice = onNotice
    }

    /// Opens the device, now or as soon as it is there. `onEvent` gives back when `.timer` is due, nil when never;
    /// `onRetry` comes each time that the device is to be tried again. Neither may keep the owner alive.
    func start(
        onEvent: @escaping (DeviceEvent, Moment) -> Instant?, onRetry: @escaping (Instant) -> Void = { _ in }
    ) {
        self.onEvent = onEvent
        self.onRetry = onRetry
        timer = OneShotTimer { [weak self] in self?.proceed() }
        open()
    }

    /// The open device's descriptor, for its ioctls.
    var descriptor: Int32? { port?.raw }

    /// Sends to the device. False when that has failed and the device was closed, or when it is not open.
    func write(_ bytes: [UInt8]) -> Bool {
        do throws(SystemError) {
            try port?.write(bytes)
        } catch {
            close(.absent, "\(error)")
        }
        return port != nil
    }

    /// Closes the device, and opens it anew after a pause.
    func reopen(because reason: String) {
        close(.recovering, reason)
    }

    func change(to new: DeviceState, _ detail: String) {
        self.detail = detail
        if new == .ready { complaint = nil }
        guard new != state else { return }
        state = new
        onState(new)
    }

    func note(_ level: Notice.Level, _ text: String) {
        onNotice(Notice(level, "\(name): \(text)"))
    }

    private func open() {
        // Before the attempt, so that a device that appears meanwhile is not missed.
        watchFolder()
        do throws(DeviceError) {
            port = try DevicePort(
                path, kind, onReadable: { [weak self] in self?.receive() }, onWritable: { [weak self] in self?.flush() })
        } catch {
            return retry(.absent, "\(error)")
        }
        hasUnreadBytes = false
        let now = Clocks.now()
        openedAt = now.instant
        tell(.opened, now)
        schedule()
    }

    private func watchFolder() {
        watch = try? FolderWatch(for: path) { [weak self] in self?.folderChanged() }
    }

    /// The device may have appeared, or another file may have taken its name.
    private func folderChanged() {
        guard port != nil else {
            delay.reset()
            return open()
        }
        watchFolder()
        guard let file = try? DevicePath(path), file != port?.file else { return }
        note(.info, "\(path) now leads to \(file.real)")
        drop()
        open()
    }

    /// The timer's call: whichever is due.
    private func proceed() {
        // What has arrived while the machine was busy did not come too late.
        if port != nil { receive() }
        let now = Clocks.now()
        guard let deadline, deadline <= now.instant else { return schedule() }
        guard port != nil else { return open() }
        tell(.timer, now)
        schedule()
    }

    private func receive() {
        hasUnreadBytes = false
        for _ in 0..<Self.readsPerTurn {
            guard let result = port?.read(atMost: kind.readSize) else { return }
            switch result {
            case .bytes(let bytes):
                let now = Clocks.now()
                lastSeen = now.instant
                tell(.bytes(bytes), now)
            case .wouldBlock: return schedule()
            case .ended: return close(.absent, "\(path) hung up; plug the device in again")
            case .failed(let error): return close(.absent, "\(path): \(error.reason)")
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

    /// The owner may close the port while it is told; then the deadline is that of the next attempt already.
    private func tell(_ event: DeviceEvent, _ now: Moment) {
        let next = onEvent(event, now)
        if port != nil { deadline = next }
    }

    private func close(_ state: DeviceState, _ reason: String) {
        guard port != nil else { return }
        drop()
        retry(state, reason)
    }

    private func drop() {
        port = nil
        let now = Clocks.now()
        if now.instant - openedAt > RetryDelay.longest { delay.reset() }
        tell(.closed, now)
    }

    private func retry(_ state: DeviceState, _ reason: String) {
        let pause = delay.next()
        let now = Clocks.now().instant
        deadline = now + pause
        schedule()
        if complaint != reason {
            complaint = reason
            note(.warning, "\(reason); reopening in \(pause.wholeMilliseconds) ms")
        }
        change(to: state, reason)
        onRetry(now)
    }

    private func schedule() {
        if port != nil, hasUnreadBytes {
            timer?.schedule(after: .zero)
        } else {
            timer?.schedule(at: deadline)
        }
    }
}
