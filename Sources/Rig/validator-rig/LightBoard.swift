import Base
import Glibc
import Kernel
import OperatingSystem

/// Two LED class folders, `green` and `red`, whose `brightness` files the daemon writes to, and what it wrote.
@MainActor
final class LightBoard {
    /// A light came on: the answer to a tap.
    struct Flash: Hashable, Sendable {
        var light: Expectation.Light
        var at: Instant
    }

    /// Beyond so many unasked-for answers the oldest are forgotten.
    private static let limit = 1000

    private var sources: [LightSource] = []
    private var flashes: [Flash] = []
    private var waiter: CheckedContinuation<Flash?, Never>?
    private var timer: OneShotTimer?

    init(folder: String) throws(SystemError) {
        timer = OneShotTimer { [weak self] in self?.resume(with: nil) }
        for light in [Expectation.Light.green, .red] {
            let source = try LightSource(folder: "\(folder)/\(light.rawValue)") { [weak self] in
                self?.flashed(Flash(light: light, at: Clocks.now().instant))
            }
            sources.append(source)
        }
    }

    /// The oldest flash that nobody took yet, or the next one; nil when none comes in time.
    func next(within limit: Duration) async -> Flash? {
        if !flashes.isEmpty { return flashes.removeFirst() }
        return await withCheckedContinuation { continuation in
            waiter = continuation
            timer?.schedule(after: limit)
        }
    }

    /// All flashes that nobody took.
    func takeAll() -> [Flash] {
        defer { flashes.removeAll() }
        return flashes
    }

    private func flashed(_ flash: Flash) {
        guard waiter == nil else { return resume(with: flash) }
        if flashes.count == Self.limit { flashes.removeFirst() }
        flashes.append(flash)
    }

    private func resume(with flash: Flash?) {
        timer?.cancel()
        waiter?.resume(returning: flash)
        waiter = nil
    }
}

/// One LED class folder, whose `brightness` is a FIFO: no write is missed, however soon the next one follows.
@MainActor
private final class LightSource {
    private let onLit: () -> Void
    private var source: ReadSource?

    /// `onLit` is called for each write of 1.
    init(folder: String, onLit: @escaping () -> Void) throws(SystemError) {
        let path = "\(folder)/brightness"
        self.onLit = onLit
        try Files.makeFolder(folder)
        try Files.makePipe(path)
        // Both ways, so that it does not end when a writer leaves.
        let pipe = try FileDescriptor.open(path, O_RDWR | O_NONBLOCK)
        source = ReadSource(owning: pipe) { [weak self] in self?.receive() }
    }

    private func receive() {
        guard case .bytes(let bytes) = source?.read(atMost: 4096) else { return }
        for byte in bytes where byte == UInt8(ascii: "1") { onLit() }
    }
}
