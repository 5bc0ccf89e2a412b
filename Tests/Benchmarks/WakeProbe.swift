import Base
import CLinux
import Foundation
import Glibc
import OperatingSystem

/// The least that a durable answer to a byte on a line can cost here.
final class WakeProbe: Sendable {
    private let terminal: PseudoTerminal
    private let device: FileDescriptor
    private let file: FileDescriptor
    private let reply: FileDescriptor

    init(folder: String) throws {
        terminal = try PseudoTerminal()
        device = try FileDescriptor.open(terminal.path, O_RDWR | O_NONBLOCK | O_NOCTTY)
        file = try FileDescriptor.open("\(folder)/wake-probe", O_WRONLY | O_CREAT | O_APPEND)
        let path = "\(folder)/wake-reply"
        guard mkfifo(path, 0o600) == 0 else { throw SystemError.last("make the FIFO \(path)") }
        reply = try FileDescriptor.open(path, O_RDWR | O_NONBLOCK)
        Thread.detachNewThread { [self] in serve() }
    }

    private func serve() {
        let epoll = clinux_epoll_create()
        _ = clinux_epoll_add(epoll, device.raw, UInt32(clinux_epoll_in), 1)
        let block = [UInt8](repeating: 0x55, count: 4096)
        var events = [clinux_epoll_event](repeating: clinux_epoll_event(), count: Int(clinux_epoll_batch))
        while true {
            var poll = pollfd(fd: epoll, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&poll, 1, -1)
            guard clinux_epoll_poll(epoll, &events) > 0, case .bytes = device.read(atMost: 64) else { continue }
            _ = file.write(block.span)
            fdatasync(file.raw)
            _ = reply.write([1].span)
        }
    }

    func measure() -> Duration {
        let start = Clocks.now().instant
        _ = terminal.controller.write([1].span)
        while true {
            var poll = pollfd(fd: reply.raw, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&poll, 1, 1000)
            if case .bytes = reply.read(atMost: 8) { return Clocks.now().instant - start }
        }
    }
}
