import Base
import Kernel
import OperatingSystem
import ReaderDrivers
import ReaderEmulators

/// A card reader on a serial port.
@MainActor
final class ReaderStandIn {
    private let model: ReaderDriver
    private var device: any CardReaderEmulator
    private var card: [UInt8]?
    private var port: SerialPortStandIn?
    /// Of a reader that talks by itself: when it tells its card again.
    private var timer: OneShotTimer?
    /// When the present card's UID went out on the line: the daemon could not know it sooner.
    private(set) var told: Instant?

    init(path: String, model: ReaderDriver) {
        self.model = model
        device = model.makeEmulator()
        port = SerialPortStandIn(path: path) { [weak self] in self?.receive($0) }
        timer = OneShotTimer { [weak self] in self?.report() }
    }

    func plug() throws(SystemError) {
        device = model.makeEmulator()
        try port?.plug()
        if let card { place(card) }
    }

    func unplug() {
        timer?.cancel()
        port?.unplug()
    }

    /// Puts a card into the field, in the place of any other.
    func place(_ uid: [UInt8]) {
        card = uid
        told = nil
        send(device.place(uid: uid))
        scheduleReport()
    }

    func removeCard() {
        card = nil
        device.removeCard()
        timer?.cancel()
    }

    /// Bytes that no reader would send.
    func noise(_ bytes: [UInt8]) {
        port?.write(bytes)
    }

    private func receive(_ bytes: [UInt8]) {
        send(device.receive(bytes))
    }

    private func report() {
        guard card != nil else { return }
        send(device.report())
        scheduleReport()
    }

    private func scheduleReport() {
        if let interval = device.reportInterval { timer?.schedule(after: interval) }
    }

    private func send(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        port?.write(bytes)
        if told == nil, let card, bytes.firstRange(of: device.encoded(uid: card)) != nil { told = Clocks.now().instant }
    }
}
