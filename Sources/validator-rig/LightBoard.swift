import CLinux
import Glibc
import Kernel
import ValidatorCore

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

/// One LED class folder, watched by inotify(7).
@MainActor
private final class LightSource {
    private let source: ReadSource

    /// `onLit` is called for each write of a value other than 0.
    init(folder: String, onLit: @escaping () -> Void) throws(SystemError) {
        let path = "\(folder)/brightness"
        try Files.makeFolder(folder)
        try writeFile(path, "0\n")
        let raw = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard raw >= 0 else { throw SystemError.last("inotify_init1") }
        let inotify = FileDescriptor(owning: raw)
        guard unsafe inotify_add_watch(inotify.raw, path, UInt32(IN_MODIFY)) >= 0 else { throw SystemError.last("watch \(path)") }
        source = ReadSource(owning: inotify) {
            Self.drain(raw)
            guard let content = try? SmallFile.read(path, limit: 16) else { return }
            if let digit = content.first, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(digit) { onLit() }
        }
    }

    private static func drain(_ raw: Int32) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        _ = unsafe buffer.withUnsafeMutableBytes { unsafe read(raw, $0.baseAddress, $0.count) }
    }
}
