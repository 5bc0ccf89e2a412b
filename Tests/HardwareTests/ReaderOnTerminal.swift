import Foundation
import Kernel
import OperatingSystem
import ReaderEmulators
import Testing

/// A reader on a pseudo-terminal that can be plugged and unplugged under one name.
final class ReaderOnTerminal {
    private let link: String
    private var chip: any CardReaderEmulator
    private var terminal: PseudoTerminal?
    private var source: ReadSource?

    init(link: String, chip: any CardReaderEmulator) {
        self.link = link
        self.chip = chip
    }

    func plug() throws {
        let terminal = try PseudoTerminal()
        source = ReadSource(owning: try terminal.controller.duplicate()) { [weak self] in self?.answer() }
        // As udev does it, so that the name is never without a file when it changes.
        try FileManager.default.createSymbolicLink(atPath: link + ".new", withDestinationPath: terminal.path)
        try #require(unsafe rename(link + ".new", link) == 0)
        self.terminal = consume terminal
    }

    func unplug() throws {
        try FileManager.default.removeItem(atPath: link)
        source = nil
        terminal = nil
    }

    var uidSizes: Set<Int> { chip.uidSizes }

    func place(uid: [UInt8]) {
        send(chip.place(uid: uid))
    }

    func send(_ bytes: [UInt8]) {
        _ = source?.write(bytes.span)
    }

    /// The reader's end of the line, for whoever wants to misuse it.
    var descriptor: Int32? { source?.raw }

    private func answer() {
        if case .bytes(let bytes) = source?.read(atMost: 4096) { send(chip.receive(bytes)) }
    }
}
