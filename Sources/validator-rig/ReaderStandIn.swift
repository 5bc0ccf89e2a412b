import Hardware
import Kernel
import ValidatorCore

/// A PN532 card reader on a serial port.
@MainActor
final class ReaderStandIn {
    private var chip = PN532Emulator()
    private var card: [UInt8]?
    private var port: SerialPortStandIn?
    /// When the present card's UID went out on the line: the daemon could not know it sooner.
    private(set) var told: Instant?

    init(path: String) {
        port = SerialPortStandIn(path: path) { [weak self] in self?.receive($0) }
    }

    func plug() throws(SystemError) {
        chip = PN532Emulator()
        if let card { _ = chip.place(uid: card) }
        try port?.plug()
    }

    func unplug() {
        port?.unplug()
    }

    /// Puts a card into the field, in the place of any other.
    func place(_ uid: [UInt8]) {
        card = uid
        told = nil
        send(chip.place(uid: uid))
    }

    func removeCard() {
        card = nil
        chip.removeCard()
    }

    /// Bytes that no chip would send.
    func noise(_ bytes: [UInt8]) {
        port?.write(bytes)
    }

    private func receive(_ bytes: [UInt8]) {
        send(chip.receive(bytes))
    }

    private func send(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        port?.write(bytes)
        if told == nil, let card, bytes.firstRange(of: card) != nil { told = Clocks.now().instant }
    }
}
