import Base
import CLinux
import Dispatch
import Fares
import Glibc
import Kernel
import OperatingSystem
import ReadEventServing
import ReadEvents
import WebSocket

/// A process of its own that publishes read events steadily until it is killed. It prints its port, and then a line when it
/// begins: once so many clients are there and a line has come in.
enum FanOutServer {
    static let device = "0a3e46ca01ea43bd941ddcbec693e1c6"
    /// Whose events only the stuck subscriber wants, so that its queue overflows soon.
    static let floodDevice = "c2423f11d47245038e7fa3527b3b3c02"
    static let interval = Duration.milliseconds(10)
    private static let floodPerEvent = 20

    /// One event, which names the moment when it was made.
    static func event(_ device: String) -> DeviceReadEvent {
        let now = Clocks.now()
        return DeviceReadEvent(
            device: device,
            event: ReadEvent(
                kind: .read, id: UniqueID(high: UInt64(now.instant.nanoseconds), low: 0),
                tid: [0xE2, 0x00, 0x34, 0x12, 0x06, 0x14, 0x14, 0x11, 0x00, 0x73, 0x48, 0x86], reader: 0, firstRead: now.system,
                lastRead: now.system, timeout: .zero))
    }

    /// The read-event server as the daemon has it.
    @MainActor final class Subject {
        private let server: ReadEventServer
        private var input: ReadSource?
        private var timer: OneShotTimer?
        private var next = Clocks.now().instant

        init() throws {
            guard let address = ListenAddress("127.0.0.1:0") else { throw BenchmarkError("no address") }
            var settings = ReadEventServer.Settings(address: address, tls: nil, tokensFile: nil)
            settings.connections = 1024
            server = try ReadEventServer(
                settings, epoll: try InnerEpoll(),
                onNotice: { if $0.level != .info { FileDescriptor.writeToStandardError("\($0.text)\n") } })
            server.add(devices: [FanOutServer.device, FanOutServer.floodDevice])
            timer = OneShotTimer { [weak self] in self?.publish() }
            input = ReadSource(owning: FileDescriptor(owning: dup(STDIN_FILENO))) { [weak self] in
                var byte: UInt8 = 0
                if read(STDIN_FILENO, &byte, 1) == 1 { self?.begin() } else { exit(0) }
            }
            say("\(server.port)")
        }

        private func begin() {
            next = Clocks.now().instant
            publish()
        }

        private func publish() {
            server.publish([FanOutServer.event(FanOutServer.device)], isFromEarlierRun: false)
            let flood = (0..<FanOutServer.floodPerEvent).map { _ in FanOutServer.event(FanOutServer.floodDevice) }
            server.publish(flood, isFromEarlierRun: false)
            next = next + FanOutServer.interval
            timer?.schedule(at: next)
        }
    }

    @MainActor private static var subject: Subject?

    @MainActor static func runSubject() throws -> Never {
        SignalSource.ignoreBrokenPipes()
        subject = try Subject()
        dispatchMain()
    }

    /// The least that it can cost: one thread that waits on an epoll for the time, and writes the same bytes to each socket.
    static func runProbe(clients: Int) throws -> Never {
        signal(SIGPIPE, SIG_IGN)
        let listener = try FanOutSocket.listen()
        say("\(try FanOutSocket.port(of: listener))")
        let sockets = try (0..<clients).map { _ in try FanOutSocket.accept(listener) }
        var byte: UInt8 = 0
        guard read(STDIN_FILENO, &byte, 1) == 1 else { exit(0) }
        let epoll = clinux_epoll_create()
        for socket in sockets { _ = clinux_epoll_add(epoll, socket, UInt32(clinux_epoll_in), UInt64(socket)) }
        var next = Clocks.now().instant
        while true {
            var wait = pollfd(fd: epoll, events: Int16(POLLIN), revents: 0)
            _ = poll(&wait, 1, Int32(max(0, (next - Clocks.now().instant).wholeMilliseconds)))
            // It ends with its clients.
            guard wait.revents == 0 else { exit(0) }
            guard next <= Clocks.now().instant else { continue }
            next = next + interval
            let frame = FanOutSocket.frame(text(of: event(device)))
            for socket in sockets { write(socket, frame, frame.count) }
        }
    }

    /// As `ReadEventServer` sends it.
    private static func text(of read: DeviceReadEvent) -> [UInt8] {
        var service = ReadEventService()
        let moment = Clocks.now()
        _ = service.handle(.opened(1), at: moment)
        _ = service.handle(.text(1, Array(#"{"requestID":"r","requestType":1}"#.utf8)), at: moment)
        guard case .send(let text, _)? = service.handle(.events([read]), at: moment).first else { return [] }
        return text
    }
}
