import Base
import Kernel
import OperatingSystem
import ValidatorCore

/// The GPS receiver, through gpsd on this machine: connects, reports fixes, and connects again when gpsd comes back.
@MainActor public final class GPSReceiver {
    /// So long without a report, and the receiver counts as lost.
    public static let reportTimeout = Duration.seconds(10)
    /// gpsd says something a few times a second.
    private static let messagesPerTurn = 64

    /// In words, for the status and the log.
    public private(set) var state = "not started"

    private let host: String
    private let port: Int
    private let reportTimeout: Duration
    private let onFix: (Fix, Moment) -> Void
    private let onState: (String) -> Void
    private let onLost: () -> Void

    private var connection: GPSConnection?
    private var source: ReadSource?
    private var timer: OneShotTimer?
    private var watchdog: OneShotTimer?
    private var silentFrom: Instant?
    private var delay = RetryDelay()
    private var isReporting = false
    /// Of each receiver that gpsd has, the newest report that was not handed on yet.
    private var unhandled: [String: Fix] = [:]
    /// When each receiver last had a fix.
    private var fixes: [String: Instant] = [:]

    /// Why `host` cannot be gpsd's, or nil. Connecting blocks, and only this machine is sure to answer at once.
    nonisolated public static func problem(host: String) -> String? {
        let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        let isLoopback =
            host == "localhost" || host == "::1"
            || octets.count == 4 && octets[0] == 127 && !octets.contains(nil)
        if isLoopback { return nil }
        return "gpsd's host \"\(host)\" is not this machine: use 127.0.0.1, "
            + "and let the gpsd here fetch from a distant one (gpsd(8), gpsd://\(host))"
    }

    /// `onFix`: each report, with a fix or without; of those that have piled up only each receiver's newest, since they are no
    /// longer true. `onState`: each change of `state`. `onLost`: once when reports cease.
    public init(
        host: String, port: Int, reportTimeout: Duration = GPSReceiver.reportTimeout,
        onFix: @escaping (Fix, Moment) -> Void,
        onState: @escaping (String) -> Void,
        onLost: @escaping () -> Void
    ) {
        self.host = host
        self.port = port
        self.reportTimeout = reportTimeout
        self.onFix = onFix
        self.onState = onState
        self.onLost = onLost
    }

    /// Connects, now or as soon as gpsd is there. Without effect but on `state` when the host is not this machine.
    public func start() {
        if let problem = Self.problem(host: host) { return setState(problem) }
        timer = OneShotTimer { [weak self] in self?.proceed() }
        watchdog = OneShotTimer { [weak self] in self?.checkSilence() }
        connect()
    }

    /// The timer's call: to connect again, or to read on after a turn that was long enough.
    private func proceed() {
        if source == nil { connect() } else { receive() }
    }

    private func connect() {
        do {
            let connection = try GPSConnection(host: host, port: port)
            let descriptor = try connection.duplicateDescriptor()
            self.connection = consume connection
            source = ReadSource(owning: descriptor) { [weak self] in self?.receive() }
        } catch {
            return retry("gpsd on \(host) port \(port): \(error); is gpsd running? Retrying")
        }
        setState("gpsd on \(host) port \(port): connected, waiting for the receiver")
        expectReport()
    }

    private func receive() {
        for _ in 0..<Self.messagesPerTurn {
            guard let message = connection?.next() else { return }
            switch message {
            case .report(let fix): unhandled[fix.receiver] = fix
            case .other: break
            case .drained: return handOver()
            case .closed:
                unhandled = [:]
                source = nil
                connection = nil
                return retry("gpsd on \(host) port \(port) has gone; retrying")
            }
        }
        // libgps holds read-ahead messages of which the source knows nothing.
        timer?.schedule(after: .zero)
    }

    private func handOver() {
        guard !unhandled.isEmpty else { return }
        let now = Clocks.now()
        let reports = unhandled.values.sorted { $0.receiver < $1.receiver }
        unhandled = [:]
        delay.reset()
        isReporting = true
        expectReport()
        for fix in reports { fixes[fix.receiver] = fix.quality == .none || fix.isInvented ? nil : now.instant }
        fixes = fixes.filter { now.instant - $0.value <= reportTimeout }
        setState(fixes.isEmpty ? "receiver has no fix" : "fix")
        for fix in reports { onFix(fix, now) }
    }

    private func retry(_ reason: String) {
        timer?.schedule(after: delay.next())
        watchdog?.cancel()
        silentFrom = nil
        setState(reason)
        lose()
    }

    private func expectReport() {
        silentFrom = Clocks.now().instant + reportTimeout
        watchdog?.schedule(at: silentFrom)
    }

    private func checkSilence() {
        guard let silentFrom, Clocks.now().instant >= silentFrom else { return }
        self.silentFrom = nil
        setState("no report from the receiver for \(reportTimeout.wholeSeconds) s; see `gpspipe -w`, its plug and antenna")
        lose()
    }

    private func lose() {
        guard isReporting else { return }
        isReporting = false
        fixes = [:]
        onLost()
    }

    private func setState(_ text: String) {
        guard text != state else { return }
        state = text
        onState(text)
    }
}
