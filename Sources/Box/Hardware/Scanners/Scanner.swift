import Base
import OperatingSystem
import ReaderDrivers
import ScannerDecoders

/// A ticket scanner on a device file, which may be a link, a device node, or a FIFO whose writers come and go.
@MainActor public final class Scanner {
    /// The scanner's configured id.
    public let id: String
    /// Whole scans since the start.
    public private(set) var reads = 0
    /// Scans that were cut off, too long, or torn.
    public private(set) var dropped = 0

    private var drops = NoticeThrottle()
    /// What was told already.
    private var advice: Set<String> = []
    private let connection: DeviceConnection
    private let blankDecoder: any ScannerDecoder
    private var decoder: any ScannerDecoder
    private let onScan: (_ payload: [UInt8], _ at: Moment) -> Void

    /// `device` is the path of its device. `onNotice` gets lines for the log.
    public init(
        id: String, device: String, protocol driver: ScannerDriver, settings: ScannerSettings,
        onScan: @escaping (_ payload: [UInt8], _ at: Moment) -> Void,
        onState: @escaping (DeviceState) -> Void,
        onNotice: @escaping (Notice) -> Void
    ) {
        self.id = id
        blankDecoder = driver.makeDecoder(settings)
        decoder = blankDecoder
        connection = DeviceConnection(
            name: "scanner \(id)", path: device, kind: DeviceKind(of: driver, settings), onState: onState, onNotice: onNotice)
        self.onScan = onScan
    }

    /// The path of its device.
    public var device: String { connection.path }
    public var state: DeviceState { connection.state }
    /// Why it is absent; empty when it is ready.
    public var detail: String { connection.detail }
    /// When it last sent anything.
    public var lastSeen: Instant? { connection.lastSeen }

    /// Opens the device, now or as soon as it is there.
    public func start() {
        connection.start(onEvent: { [weak self] event, now in self?.handle(event, now) })
    }

    private func handle(_ event: DeviceEvent, _ now: Moment) -> Instant? {
        switch event {
        case .opened: opened()
        case .bytes(let bytes): take(decoder.decode(bytes, now: now.instant), now)
        case .timer:
            take(decoder.timeOut(now: now.instant), now)
            if let text = drops.elapsed(at: now.instant) { connection.note(.warning, text) }
        case .closed: break
        }
        return [decoder.nextDeadline, drops.due].compactMap(\.self).min()
    }

    /// What was read of a scan before counts no more.
    private func opened() {
        decoder = blankDecoder
        if let descriptor = connection.descriptor {
            decoder.opened(reportDescriptor: HidrawDevice.reportDescriptor(descriptor))
            if let mismatch = decoder.mismatch { return connection.reopen(because: "\(device): \(mismatch)") }
            if decoder.isKeyboard { takeOver(descriptor) }
        }
        if state != .ready { connection.note(.info, "\(device) is ready") }
        connection.change(to: .ready, "")
    }

    private func takeOver(_ descriptor: Int32) {
        do throws(SystemError) {
            try EvdevKeyboard.grab(descriptor)
        } catch {
            connection.note(
                .warning,
                "\(device) is shared with other programs, which may take its keys (\(error)); reading it all the same")
        }
        askModifiers()
    }

    /// A file that cannot be asked types in lower case until it presses Shift.
    private func askModifiers() {
        guard let descriptor = connection.descriptor, let modifiers = try? EvdevKeyboard.modifiers(descriptor) else { return }
        decoder.setModifiers(modifiers)
    }

    private func take(_ outputs: [ScannerOutput], _ now: Moment) {
        for output in outputs {
            switch output {
            case .scan(let payload):
                reads += 1
                onScan(payload, now)
            case .dropped(let reason):
                dropped += 1
                if let text = drops.happened("dropped \(reason); scan again", at: now.instant) { connection.note(.warning, text) }
            case .advice(let text):
                if advice.insert(text).inserted { connection.note(.warning, text) }
            case .modifiersWanted:
                askModifiers()
            }
        }
    }
}
