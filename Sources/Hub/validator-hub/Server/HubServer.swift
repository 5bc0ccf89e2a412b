import Cryptography
import Fares
import Glibc
import HubDeviceAPI
import HubDomain
import HubMetrics
import HubServices
import HubStore
import HubUpstream
import Hummingbird
import HummingbirdCore
import Logging
import OperatingSystem

/// The running hub.
struct HubServer: Sendable {
    /// Boxes connected at once, each with few connections; beyond, new ones wait in the kernel's queue.
    private static let maximumConnections = 20_000

    private let configuration: HubConfiguration
    private let store: any HubStore
    private let pseudonyms: Pseudonyms
    /// The platform behind this hub; nil: it decides by itself.
    private let upstream: PlatformUpstream?
    private let metrics = HubMetrics(version: ValidatorHub.version, now: { Clocks.now().instant })
    private let readiness = Readiness()
    private let logger: Logger

    /// Opens the database, or makes it.
    init(configuration: HubConfiguration, logger: Logger) async throws {
        self.configuration = configuration
        self.logger = logger
        store = try await StoreLocation(configuration).open()
        pseudonyms = Pseudonyms(
            key: try OwnKey.pseudonyms.load(besideDatabase: configuration.databasePath), cryptography: Libcrypto())
        upstream = try await Self.upstream(configuration.policy.upstream, store, metrics, logger)
    }

    private static func upstream(
        _ settings: UpstreamSettings, _ store: any HubStore, _ metrics: HubMetrics, _ logger: Logger
    ) async throws -> PlatformUpstream? {
        guard settings.isInFront else { return nil }
        let lateAnswers = LateAnswers(store)
        return try await PlatformUpstream(
            settings, store: store, metrics: metrics, holder: programName,
            log: { logger.log(level: $0, "\($1())") },
            onLateAnswer: { call, answer in
                do {
                    try await lateAnswers.keep(answer, to: call)
                } catch {
                    logger.error("a late answer of the platform was not kept device=\(call.key.deviceID.logField): \(error)")
                }
            })
    }

    /// Serves until SIGTERM or SIGINT, and then finishes the requests that have begun.
    /// - Parameter started: Called with the port once requests are taken.
    func run(started: @escaping @Sendable (_ port: Int) -> Void = { _ in }) async throws {
        warnOfWeakness()
        ProcessMetrics.register(in: metrics.registry, database: configuration.databasePath)
        let application = application(started: started)
        let maintenance = Maintenance(
            positionsKept: configuration.positionsKept, recordsKept: configuration.recordsKept, pseudonyms: pseudonyms,
            store: store, logger: logger, holder: Self.programName)
        let watch = SetAsideWatch(store, logger: logger) { [metrics] in metrics.setAsideWaiting.set(Double($0)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.runService() }
            group.addTask { try await maintenance.run { Clocks.now().system } }
            group.addTask { try await watch.run { Clocks.now().system } }
            if let upstream { group.addTask { try await upstream.run() } }
            group.addTask { try await watchCertificate() }
            // Only the service ends by itself.
            try await group.next()
            group.cancelAll()
        }
        logger.notice("stopped")
    }

    private func application(started: @escaping @Sendable (Int) -> Void) -> some ApplicationProtocol {
        // Written from here, the lines bear the program's name.
        let space = FreeSpace(ofDatabase: configuration.databasePath, minimumBytes: configuration.minimumFreeBytes)
        let devices = DeviceService(
            policy: configuration.policy,
            cryptography: Libcrypto(),
            pseudonyms: pseudonyms,
            upstream: upstream,
            isShortOfSpace: { [space] in space.isShort },
            log: { [logger] in logger.log(level: $0, "\($1())") },
            onNote: { [metrics] note in
                switch note {
                case .record: metrics.records.add(1, "taken")
                case .duplicate: metrics.records.add(1, "duplicate")
                case .setAside(let record): if record.duplicates == 0 { metrics.setAside.add(1, record.reason.rawValue) }
                case .registered, .secretReplaced, .heartbeat, .refused: break
                }
            })
        let desk = EnrolmentDesk(store, policy: configuration.policy) { [logger] line in
            logger.notice("\(line)")
            SystemLog.audit(line)
        }
        let router = HubRouter(
            devices: devices, store: store, desk: desk, proxies: ProxyTrust(configuration.proxies),
            publicURL: configuration.publicURL, ticketSecret: ticketSecret, maximumBodyBytes: configuration.maximumBodyBytes,
            zone: configuration.policy.zone, metrics: metrics, readiness: readiness, logger: logger
        ).router
        let addresses = AddressCounts(limit: configuration.connectionsPerAddress)
        let logger = logger
        let host = configuration.host
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return Application(
            router: router,
            server: HTTPServerBuilder { [configuration] responder in
                MannerlyChannel(
                    channel: HTTP1Channel(responder: responder, configuration: .init(idleTimeout: .seconds(120))),
                    maximumBodyBytes: configuration.maximumBodyBytes, requestTime: configuration.requestTime,
                    stallTime: configuration.stallTime, addresses: addresses)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: configuration.port), serverName: "validator-hub",
                availableConnectionsDelegate: MaximumAvailableConnections(Self.maximumConnections)),
            onServerRunning: { [readiness] channel in
                readiness.start()
                // The stop begins with that: nothing new is taken.
                channel.closeFuture.whenComplete { _ in readiness.stop() }
                let port = channel.localAddress?.port ?? 0
                logger.notice("listening on \(host):\(port)")
                started(port)
            },
            logger: quiet)
    }

    private func watchCertificate() async throws {
        while true {
            for warning in configuration.certificateWarnings(at: Clocks.now().system) { logger.warning("\(warning)") }
            try await Task.sleep(for: .seconds(86400))
        }
    }

    /// This program's among all that use the same store.
    static var programName: String {
        var name = [CChar](repeating: 0, count: 256)
        let isKnown = unsafe gethostname(&name, name.count - 1) == 0
        let host = isKnown ? String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : "-"
        return "\(host) \(getpid())"
    }

    /// What boxes are given when they enrol; nil where there is none, or none that can be written as text.
    private var ticketSecret: String? {
        let secret = configuration.policy.tickets.secret
        return secret.isEmpty ? nil : String(validating: secret, as: UTF8.self)
    }

    private func warnOfWeakness() {
        let policy = configuration.policy
        if policy.authentication == .none {
            logger.warning(
                """
                devices.authentication is none: whoever reaches \(configuration.host):\(configuration.port) is believed whatever device he says \
                he is\(policy.secret.isEmpty ? ", and tokens.secret_file is empty: is given a token if he knows app_id" : "")
                """)
        }
        if policy.authentication == .secret, policy.registersDevices {
            logger.warning(
                "devices.auto_register has no effect: a device that nobody registered has no secret to prove itself by")
        }
        if ticketSecret == nil, !policy.tickets.secret.isEmpty {
            logger.warning("tickets.secret_file is no text: boxes that enrol are not given it")
        }
        for warning in configuration.rootWarnings(at: Clocks.now().system) { logger.warning("\(warning)") }
        if configuration.policy.tickets.secret.isEmpty {
            logger.warning("tickets.secret_file is empty: tickets are only as strong as the keys' own texts")
        }
    }
}
