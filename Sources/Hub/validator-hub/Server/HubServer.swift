import Cryptography
import Fares
import Glibc
import HubDeviceAPI
import HubServices
import HubStore
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
    private let logger: Logger

    /// Opens the database, or makes it.
    init(configuration: HubConfiguration, logger: Logger) async throws {
        self.configuration = configuration
        self.logger = logger
        store = try await StoreLocation(configuration).open()
        pseudonyms = Pseudonyms(
            key: try OwnKey.pseudonyms.load(besideDatabase: configuration.databasePath), cryptography: Libcrypto())
    }

    /// Serves until SIGTERM or SIGINT, and then finishes the requests that have begun.
    /// - Parameter started: Called with the port once requests are taken.
    func run(started: @escaping @Sendable (_ port: Int) -> Void = { _ in }) async throws {
        warnOfWeakness()
        let application = application(started: started)
        let maintenance = Maintenance(
            positionsKept: configuration.positionsKept, recordsKept: configuration.recordsKept, pseudonyms: pseudonyms,
            store: store, logger: logger, holder: Self.programName)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.runService() }
            group.addTask { try await maintenance.run { Clocks.now().system } }
            // Maintenance never ends by itself.
            try await group.next()
            group.cancelAll()
        }
        logger.notice("stopped")
    }

    private func application(started: @escaping @Sendable (Int) -> Void) -> some ApplicationProtocol {
        // Written from here, the lines bear the program's name.
        let devices = DeviceService(
            policy: configuration.policy,
            cryptography: Libcrypto(),
            pseudonyms: pseudonyms,
            log: { [logger] in logger.log(level: $0, "\($1())") })
        let router = HubRouter(
            devices: devices, store: store, maximumBodyBytes: configuration.maximumBodyBytes, zone: configuration.policy.zone,
            logger: logger
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
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                logger.notice("listening on \(host):\(port)")
                started(port)
            },
            logger: quiet)
    }

    /// This program's among all that use the same store.
    static var programName: String {
        var name = [CChar](repeating: 0, count: 256)
        let isKnown = unsafe gethostname(&name, name.count - 1) == 0
        let host = isKnown ? String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : "-"
        return "\(host) \(getpid())"
    }

    private func warnOfWeakness() {
        if configuration.policy.secret.isEmpty {
            logger.warning("tokens.secret_file is empty: any device that knows app_id is given a token")
        }
        for warning in configuration.rootWarnings(at: Clocks.now().system) { logger.warning("\(warning)") }
        if configuration.policy.tickets.secret.isEmpty {
            logger.warning("tickets.secret_file is empty: tickets are only as strong as the keys' own texts")
        }
    }
}
