import Base
import Fares
import Glibc
import HTTPProbe
import HubStoreSQLite
import OperatingSystem
import TomlConfiguration

/// Tries an installation, part by part, and changes nothing of it.
struct InstallationChecks {
    /// Below this, records will soon be refused.
    private static let leastFreeBytes = 1 << 30
    private static let user = "validator-hub"

    let path: String
    /// Of the proxy, without a slash at its end; nil where there is none to try.
    let url: String?
    let authorities: String?
    let now: WallTime
    private let began = ContinuousClock.now

    /// Now, on a machine on which that may be a while after `now`.
    private var present: WallTime { now + (ContinuousClock.now - began) }

    func run() -> [CheckItem] {
        let configuration: HubConfiguration
        do {
            configuration = try HubConfiguration.load(path: path)
        } catch {
            return [.wrong("configuration", error.description, "correct \(path); validator-hub(8) names each key")]
        }
        let checks = [files, database, keys, time, server, platform, proxy]
        return [.good("configuration", "\(path) is understood")] + checks.flatMap { $0(configuration) }
    }

    // MARK: This machine

    private func files(_ configuration: HubConfiguration) -> [CheckItem] {
        var problems = HubConfiguration.exposures(in: path)
        if let problem = ConfigurationFile.changeability(
            of: path, serviceGroup: ConfigurationFile.serviceGroup(named: Self.user))
        {
            problems.append(problem)
        }
        guard problems.isEmpty else {
            return problems.map { .wrong("files", $0, "as said; then change what others may have read") }
        }
        return [.good("files", "nobody else may read secrets or change the configuration")]
    }

    private func database(_ configuration: HubConfiguration) -> [CheckItem] {
        guard configuration.databaseURL.isEmpty else {
            return DatabaseServerChecks.run(configuration.databaseURL)
        }
        let file = configuration.databasePath
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "./"
        var items = [space(folder)]
        var status = stat()
        guard unsafe stat(file, &status) == 0 else {
            let reason = SystemError.last("open \(file)")
            let next =
                errno == EACCES
                ? "run this command as root or as \(Self.user)" : "the hub makes it at its first start; is database.path right?"
            return items + [.wrong("database", "\(reason)", next)]
        }
        items.append(owner(status, file))
        guard unsafe access(file, R_OK | W_OK) == 0 else {
            return items + [.wrong("database", "\(file) cannot be written", "run this command as root or as \(Self.user)")]
        }
        do {
            let layout = try HubStoreSQLite.layout(ofFileAt: file)
            let item: CheckItem =
                layout.version > HubStoreSQLite.Layout.current
                ? .wrong(
                    "database", "\(file) is of a later release (schema \(layout.version))",
                    "install that release, or restore a backup")
                : .good(
                    "database",
                    layout.version == HubStoreSQLite.Layout.current
                        ? "\(file) is of this release" : "\(file) is of an earlier release: the hub takes it over when it starts")
            items.append(item)
        } catch {
            items.append(.wrong("database", CommandFailure(error).text, "restore a backup"))
        }
        return items
    }

    private func space(_ folder: String) -> CheckItem {
        var system = statvfs()
        guard unsafe statvfs(folder, &system) == 0 else {
            return .wrong("space", "\(SystemError.last("look into \(folder)"))", "make the folder, or correct database.path")
        }
        let free = Int(system.f_bavail) * Int(system.f_frsize)
        let text = "\(free >> 20) MiB free in \(folder)"
        return free < Self.leastFreeBytes
            ? .wrong("space", text, "make room: below that, records are refused") : .good("space", text)
    }

    /// Made by a command of root's, the service could not write it.
    private func owner(_ status: stat, _ file: String) -> CheckItem {
        guard let entry = unsafe getpwnam(Self.user) else {
            return .skipped("owner", "there is no user \(Self.user): the hub is not installed by its package")
        }
        let owner = unsafe entry.pointee.pw_uid
        return status.st_uid == owner
            ? .good("owner", "\(file) is the service's")
            : .wrong(
                "owner", "\(file) belongs to user \(status.st_uid)", "chown \(Self.user): \(file)*, if the service is to use it")
    }

    private func keys(_ configuration: HubConfiguration) -> [CheckItem] {
        var items = configuration.certificateWarnings(at: now).map {
            CheckItem.wrong("upstream_certificate", $0, "ask the platform's operator for another")
        }
        let tickets = configuration.policy.tickets
        if tickets.codecs.contains(.transport) {
            let warnings = configuration.rootWarnings(at: now)
            items += warnings.map { .wrong("roots", $0, "add the successor, and restart the hub") }
            if configuration.policy.roots.isEmpty {
                items.append(
                    .skipped(
                        "roots", "no root keys: the transport ministry's codes are refused",
                        "tickets.transport_roots_file, if riders have such codes"))
            } else if warnings.isEmpty {
                items.append(.good("roots", "\(configuration.policy.roots.keys.count) root keys, none near its end"))
            }
        }
        if tickets.codecs.contains(.vt1), tickets.secret.isEmpty {
            items.append(
                .wrong(
                    "tickets", "tickets.secret_file is empty",
                    "tickets are only as strong as the keys' own texts: docs/hub.md, Keys and tickets"))
        }
        return items
    }

    private func time(_ configuration: HubConfiguration) -> [CheckItem] {
        let civil = configuration.policy.zone.civil(now)
        return [.good("time_zone", "there it is \(civil.date) \(civil.timeOfDay)")]
    }

    // MARK: The running hub

    private func server(_ configuration: HubConfiguration) -> [CheckItem] {
        let host = configuration.host == "0.0.0.0" ? "127.0.0.1" : configuration.host
        let base = "http://\(host):\(configuration.port)"
        do throws(HTTPProbe.Failure) {
            let health = try HTTPProbe(base + "/healthz").run()
            let answer = String(decoding: health.body.prefix(200), as: UTF8.self).prefix { $0 != "\n" }
            let item: CheckItem =
                health.status == 200
                ? .good("server", "\(base) is healthy")
                : .wrong("server", "\(base) answers \(health.status): \(answer)", "journalctl -u validator-hub says more")
            return [item, ProxyVerdict.clock(health["date"], at: present)]
        } catch {
            return [.wrong("server", "\(base): \(error)", "systemctl status validator-hub; compare server.listen")]
        }
    }

    /// In front of a platform. A request that asks nothing of it shows that there is a way to it.
    private func platform(_ configuration: HubConfiguration) -> [CheckItem] {
        let upstream = configuration.policy.upstream
        guard upstream.isInFront else { return [] }
        guard upstream.clientCertificateFile.isEmpty else {
            return [.skipped("platform", "\(upstream.baseURL) wants a certificate, which this command does not show")]
        }
        do throws(HTTPProbe.Failure) {
            let authorities = upstream.authoritiesFile.isEmpty ? nil : upstream.authoritiesFile
            let answer = try HTTPProbe(upstream.baseURL, authorities: authorities).run()
            var clock = ProxyVerdict.clock(answer["date"], at: present)
            clock.name = "platform_clock"
            let reached: CheckItem =
                answer.status < 500
                ? .good("platform", "\(upstream.baseURL) is reached")
                : .wrong(
                    "platform", "\(upstream.baseURL) answers \(answer.status)",
                    "the platform, or what stands before it, has a fault: its operator must look")
            return [reached, clock]
        } catch {
            let next =
                error.isCertificate
                ? "name the authority of its certificate by upstream.ca_file, or have it renewed"
                : "compare upstream.base_url; look at the network, the name server and the firewall"
            return [.wrong("platform", "\(upstream.baseURL): \(error)", next)]
        }
    }

    private func proxy(_ configuration: HubConfiguration) -> [CheckItem] {
        guard let url else {
            return [.skipped("proxy", "not tried", "validator-hub check --url https://… tries it from outside")]
        }
        let name = "check-\(UInt32.random(in: 0 ... .max))"
        func probe(_ path: String, body: [UInt8]? = nil, name: String? = nil) throws(HTTPProbe.Failure) -> HTTPProbe.Answer {
            try HTTPProbe(
                url + path, body: body, headers: name.map { [(name: "X-Client-Name", value: $0)] } ?? [], authorities: authorities
            ).run()
        }
        do throws(HTTPProbe.Failure) {
            let ready = try probe("/readyz")
            var items = ProxyVerdict.transport(ready, at: now, zone: configuration.policy.zone)
            var clock = ProxyVerdict.clock(ready["date"], at: present)
            clock.name = "proxy_clock"
            items.append(clock)
            guard ready.status == 200 else { return items }
            items.append(ProxyVerdict.call(try probe("/api/location_report", body: Array("{}".utf8))))
            items.append(ProxyVerdict.forgedName(try probe("/readyz", name: name), name))
            items.append(ProxyVerdict.metrics(try probe("/metrics")))
            return items
        } catch {
            let next =
                error.isCertificate
                ? "renew the certificate, send its whole chain (fullchain.pem), or name its authority by --ca-file"
                : "systemctl status nginx; name, address and firewall"
            return [.wrong(error.isCertificate ? "certificate" : "proxy", "\(url): \(error)", next)]
        }
    }
}
