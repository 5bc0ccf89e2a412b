import Glibc
import Kernel
import ValidatorCore

/// A ticket scanner on a device file: opens it, reads scans, and opens it again when it comes back.
///
/// The device may be a link, a device node, or a FIFO, which is kept open while its writers come and go.
@MainActor public final class Scanner {
    public enum State: String, Sendable {
        case ready
        /// Not there, or not to be opened; retried until it is.
        case absent
    }

    /// Bytes of one read, and reads of one turn: together at most what a FIFO holds.
    private static let readSize = 170 * KeyboardWedgeDecoder.recordSize
    private static let readsPerTurn = 16

    /// The scanner's configured id, and the path of its device.
    public let id: String
    public let device: String
    public private(set) var state = State.absent
    /// Why it is absent; empty when it is ready.
    public private(set) var detail = ""
    /// When it last sent anything.
    public private(set) var lastSeen: Instant?
    /// Whole scans since the start.
    public private(set) var reads = 0
    /// Scans that were cut off, too long, or torn.
    public private(set) var dropped = 0

    private let blankDecoder: any ScannerDecoder
    private var decoder: any ScannerDecoder
    private let onScan: (_ payload: [UInt8], _ at: Moment) -> Void
    private let onState: (State) -> Void
    private let onNotice: (Notice) -> Void

    private var source: ReadSource?
    private var file: ScannerFile?
    private var watch: FolderWatch?
    private var timer: OneShotTimer?
    private var delay = RetryDelay()

    /// `decoder` is as new: a copy of it is used each time that the device is opened.
    public init(
        id: String, device: String, decoder: any ScannerDecoder,
        onScan: @escaping (_ payload: [UInt8], _ at: Moment) -> Void,
        onState: @escaping (State) -> Void,
        onNotice: @escaping (Notice) -> Void
    ) {
        self.id = id
        self.device = device
        blankDecoder = decoder
        self.decoder = decoder
        self.onScan = onScan
        self.onState = onState
        self.onNotice = onNotice
    }

    /// Opens the device, now or as soon as it is there.
    public func start() {
        timer = OneShotTimer { [weak self] in self?.proceed() }
        open()
    }

    /// The timer's call: to open again, or to read on after a turn that was long enough.
    private func proceed() {
        if source == nil { open() } else { receive() }
    }

    private func open() {
        watchFolder()
        do throws(SystemError) {
            let file = try ScannerFile(device)
            guard file.type == S_IFIFO || file.type == S_IFCHR else {
                return retry("\(device) is neither a device nor a FIFO; set `device` of scanner \(id)")
            }
            // A FIFO opened for both ends never reports that its last writer has left.
            let mode = file.type == S_IFIFO ? O_RDWR : O_RDONLY
            let descriptor = try FileDescriptor.open(device, mode | O_NONBLOCK | O_NOCTTY)
            decoder = blankDecoder
            if decoder.isKeyboard { takeOver(descriptor) }
            source = ReadSource(owning: descriptor) { [weak self] in self?.receive() }
            self.file = file
        } catch {
            return retry("\(error)")
        }
        detail = ""
        if state != .ready { onNotice(Notice(.info, "scanner \(id): \(device) is ready")) }
        setState(.ready)
    }

    private func takeOver(_ descriptor: borrowing FileDescriptor) {
        do throws(SystemError) {
            try EvdevKeyboard.grab(descriptor.raw)
        } catch {
            let text = "\(device) is shared with other programs, which may take its keys (\(error)); reading it all the same"
            onNotice(Notice(.warning, "scanner \(id): \(text)"))
        }
        askModifiers(descriptor.raw)
    }

    /// A file that cannot be asked types in lower case until it presses Shift.
    private func askModifiers(_ descriptor: Int32) {
        guard let modifiers = try? EvdevKeyboard.modifiers(descriptor) else { return }
        decoder.setModifiers(modifiers)
    }

    private func receive() {
        var needsModifiers = false
        defer { if needsModifiers, let descriptor = source?.raw { askModifiers(descriptor) } }
        for _ in 0..<Self.readsPerTurn {
            guard let result = source?.read(atMost: Self.readSize) else { return }
            switch result {
            case .bytes(let bytes):
                delay.reset()
                let now = Clocks.now()
                lastSeen = now.instant
                for output in decoder.decode(bytes, now: now.instant) {
                    switch output {
                    case .scan(let payload):
                        reads += 1
                        onScan(payload, now)
                    case .dropped(let reason):
                        dropped += 1
                        onNotice(Notice(.warning, "scanner \(id): dropped \(reason); scan again"))
                    case .modifiersWanted:
                        needsModifiers = true
                    }
                }
            case .wouldBlock:
                return
            case .ended:
                return close("\(device) hung up")
            case .failed(let error):
                return close("\(device): \(error)")
            }
        }
        // At a hang-up the source has fired for the last time, so what is left must not depend on it.
        timer?.schedule(after: .zero)
    }

    private func close(_ reason: String) {
        source = nil
        file = nil
        retry(reason)
    }

    private func retry(_ reason: String) {
        let pause = delay.next()
        if detail != reason {
            detail = reason
            onNotice(Notice(.warning, "scanner \(id): \(reason); retrying"))
        }
        timer?.schedule(after: pause)
        setState(.absent)
    }

    private func watchFolder() {
        watch = try? FolderWatch(for: device) { [weak self] in self?.folderChanged() }
    }

    /// The device may have appeared, or another file may have taken its name.
    private func folderChanged() {
        if source == nil { return open() }
        watchFolder()
        guard let current = try? ScannerFile(device), current != file else { return }
        source = nil
        open()
    }

    private func setState(_ new: State) {
        guard new != state else { return }
        state = new
        onState(new)
    }
}
