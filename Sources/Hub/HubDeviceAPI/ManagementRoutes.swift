import Base
import HTTPTypes
import HubDomain
import HubServices
import Hummingbird
import JSON
import OperatingSystem
import Synchronization

/// `/manage/v1`: what boxes ask the hub that manages them.
struct ManagementRoutes {
    private static let maximumBodyBytes = 16384

    let desk: EnrolmentDesk
    let proxies: ProxyTrust
    /// Empty: as boxes have called it.
    let publicURL: String
    let ticketSecret: String?
    let throttle: LogThrottle
    private let attempts = Attempts()

    init(desk: EnrolmentDesk, proxies: ProxyTrust, publicURL: String, ticketSecret: String?, throttle: LogThrottle) {
        (self.desk, self.proxies, self.publicURL) = (desk, proxies, publicURL)
        (self.ticketSecret, self.throttle) = (ticketSecret, throttle)
    }

    func add(to router: Router<HubRequestContext>) {
        router.post("manage/v1/enrol") { request, context in await answer { try await enrol(request, context) } }
        router.post("manage/v1/devices/:id/rotate") { request, context in await answer { try await rotate(request, context) } }
    }

    private func answer(_ body: () async throws -> Response) async -> Response {
        do {
            return try await body()
        } catch let refusal as EnrolmentRefusal {
            return Problem(refusal).response
        } catch let refusal as Refusal {
            return Problem(refusal).response
        } catch {
            throttle.log(.error, "not stored", "not stored: \(error)")
            return Problem.unavailable.response
        }
    }

    private func enrol(_ request: Request, _ context: HubRequestContext) async throws -> Response {
        let now = Clocks.now()
        let origin = proxies.origin(of: context.address, forwardedFor: header("X-Forwarded-For", of: request))
        if let pause = attempts.pause(for: origin, at: now.instant) {
            return Problem(.tooManyAttempts, retryAfter: pause).response
        }
        guard let body = try await request.bytes(atMost: Self.maximumBodyBytes), let json = try? JSONValue(parsing: body),
            let deviceID = json["device_id"]?.string, DeviceService.isDeviceID(deviceID), let code = json["code"]?.string
        else { throw EnrolmentRefusal.malformed }
        let secret: String
        do {
            let hardware = (json["hardware"] ?? .null).text
            secret = try await desk.enrol(
                deviceID, code: code, from: origin, hardware: String(hardware.prefix(500)), at: now.system)
        } catch let refusal as EnrolmentRefusal {
            attempts.failed(from: origin, at: now.instant)
            throw refusal
        }
        let hub = publicURL.isEmpty ? calledAs(request, context) : publicURL
        var answer: JSONObject = [
            "secret": .string(secret), "base_url": .string("\(hub)/api"), "url": .string("\(hub)/manage/v1"),
        ]
        if let ticketSecret { answer["ticket_secret"] = .string(ticketSecret) }
        return Self.json(.object(answer))
    }

    private func rotate(_ request: Request, _ context: HubRequestContext) async throws -> Response {
        let isFromProxy = proxies.holds(for: context.address)
        let origin = proxies.origin(of: context.address, forwardedFor: header("X-Forwarded-For", of: request))
        let credentials = CallCredentials(request.headers, isFromProxy: isFromProxy, token: nil)
        let id = context.parameters.get("id") ?? ""
        return Self.json(["secret": .string(try await desk.rotate(id, credentials, from: origin))])
    }

    /// The address that the box has called, up to the path.
    private func calledAs(_ request: Request, _ context: HubRequestContext) -> String {
        let isFromProxy = proxies.holds(for: context.address)
        let scheme = isFromProxy ? header("X-Forwarded-Proto", of: request) ?? "http" : "http"
        let host = isFromProxy ? header("X-Forwarded-Host", of: request) : nil
        return "\(scheme == "https" ? "https" : "http")://\(host ?? request.head.authority ?? "localhost")"
    }

    private func header(_ name: String, of request: Request) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }

    private static func json(_ value: JSONValue) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.bytes)))
    }
}

/// The wrong codes of the last minutes.
private final class Attempts: Sendable {
    private let limit = Mutex(AttemptLimit())

    func pause(for address: String, at now: Instant) -> Duration? { limit.withLock { $0.pause(for: address, at: now) } }
    func failed(from address: String, at now: Instant) { limit.withLock { $0.failed(from: address, at: now) } }
}
