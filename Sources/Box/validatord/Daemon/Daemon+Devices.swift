import Base
import ControlProtocol
import Fares
import Hardware
import Kernel
import OperatingSystem
import SQLite
import Storage
import TomlConfiguration
import Transport
import ValidatorCore

/// The edges, and what each reports.
extension Daemon {
    func makePlatformClient() -> PlatformClient {
        let settings = configuration.platform
        var format = configuration.wireFormat(timeZone: timeZone)
        format.maximumListBytes = policy.listBytes
        let client = PlatformClient(
            format: format, http: HTTPClient(tls: settings.tlsFiles, epoll: epoll),
            connectTimeout: settings.timeout, stall: settings.stall,
            onReply: { [weak self] id, result in self?.handle(.reply(id, result)) })
        takeAuthorization(for: client)
        return client
    }

    /// What the box proves itself with from now on, as its file says. Of a bad file the reason is told, and what was in force stays so.
    func takeAuthorization(for client: PlatformClient) {
        do throws(SecretFileError) {
            let held = client.authorization
            client.authorization = try configuration.platform.authorization()
            if held != nil, held != client.authorization {
                note(Notice(.info, "platform.authorization_file: the new secret is in force"))
            }
        } catch {
            note(Notice(.error, "platform.authorization_file: \(error); the former stays in force"))
        }
    }

    func startDevices() {
        for (index, reader) in configuration.readers.enumerated() {
            readers.append(
                CardReader(
                    id: reader.id, device: reader.device, baud: reader.baud, protocol: reader.protocol,
                    settings: reader.settings, powerCycleCommand: reader.powerCycleCommand,
                    onCard: { [weak self] uid, moment in
                        self?.latestCards[index] = CardProbe.Sighting(uid: uid, at: moment.instant)
                        self?.handle(.card(uid: uid, reader: index), at: moment)
                    },
                    onSighting: { [weak self] uid, moment in self?.handle(.sighting(uid: uid, reader: index), at: moment) },
                    onState: { [weak self] in self?.handle(.readerState(index, isWorking: $0 == .ready)) },
                    onNotice: { [weak self] in self?.note($0) }))
        }
        for (index, scanner) in configuration.scanners.enumerated() {
            let source = configuration.readers.count + index
            scanners.append(
                Scanner(
                    id: scanner.id, device: scanner.device, protocol: scanner.protocol, settings: scanner.settings,
                    onScan: { [weak self] payload, moment in
                        self?.noteScan(payload, of: index, at: moment)
                        self?.handle(.ticket(payload, scanner: source), at: moment)
                    },
                    onState: { _ in }, onNotice: { [weak self] in self?.note($0) }))
        }
        latestCards = readers.map { _ in nil }
        latestCodes = scanners.map { _ in nil }
        for reader in readers { reader.start() }
        for scanner in scanners { scanner.start() }
        receiver = GPSReceiver(
            host: configuration.gps.host, port: configuration.gps.port,
            onFix: { [weak self] fix, moment in self?.handle(.fix(fix), at: moment) },
            onState: { [weak self] in self?.note(Notice(.info, "gps: \($0)")) },
            onLost: { [weak self] in self?.handle(.receiverLost) })
        receiver?.start()
        startIgnition()
    }

    private func startIgnition() {
        guard let line = configuration.vehicle.ignition else { return }
        ignition = IgnitionKeeper(
            configuration.vehicle, line,
            unsent: { [weak self] in self?.box.map { $0.counts.records + $0.counts.positions } ?? 0 },
            onChange: { [weak self] in self?.handle(.ignition(isOn: $0)) },
            onShutdown: { [weak self] in
                self?.box?.flush()
                self?.modem?.stop()
                self?.box?.attempt { outbox throws(StorageError) in try outbox.settle() }
            },
            onNotice: { [weak self] in self?.note($0) })
    }

    /// What needs the outbox or the calendar: the modem's account and the certificates.
    func startVehicle() {
        certificates = CertificateKeeper(
            configuration.platform, server: { [weak self] in self?.platform?.certificate },
            roots: { [weak self] in self?.box?.validator.state.roots ?? RootKeySet() },
            trustedTime: { [weak self] in self?.trustedTime }, onNotice: { [weak self] in self?.note($0) })
        certificates?.review()
        modem = ModemKeeper(
            configuration.vehicle, boot: boot,
            dataUse: box?.attempt { outbox throws(StorageError) in try outbox.dataUse() } ?? DataUse(),
            month: { [weak self] in self?.month() },
            save: { [weak self] use in self?.box?.attempt { outbox throws(StorageError) in try outbox.save(use) } != nil },
            onNotice: { [weak self] in self?.note($0) })
        modem?.look()
    }

    /// The operator's calendar month, as `DataUse` says it.
    private func month() -> Int? { trustedTime.map { DataUse.month(of: $0, in: timeZone) } }
}
