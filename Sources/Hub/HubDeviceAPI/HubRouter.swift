import Base
import HubDomain
import HubMetrics
import HubServices
import HubStore
import Hummingbird
import Logging
import OperatingSystem
import PlatformAPI

/// The HTTP side: `/api/{call}`, and what watches the hub.
public struct HubRouter: Sendable {
    private let devices: DeviceService
    private let requests: RequestQueue
    private let lists: ListCache
    let store: any HubStore
    private let desk: EnrolmentDesk
    private let proxies: ProxyTrust
    private let quotas = DeviceQuotas()
    private let identities: SharedIdentities
    /// What boxes call this hub, where it does not depend on how they have called it; empty: it does.
    private let publicURL: String
    private let ticketSecret: String?
    /// The longest request body; a longer one is answered with 413.
    private let maximumBodyBytes: Int
    /// Of times in replies.
    private let zone: any TimeZoneRules
    let metrics: HubMetrics
    let readiness: Readiness
    let logger: Logger
    private let throttle: LogThrottle

    /// - Parameters:
    ///   - maximumBodyBytes: of a request; a longer one is answered with 413.
    ///   - zone: of times in replies.
    ///   - proxies: whose word about a call counts.
    ///   - publicURL: what boxes call this hub; empty: as they have called it.
    ///   - ticketSecret: what boxes are given at their enrolment to check tickets by; nil: nothing.
    ///   - metrics: where calls are counted; and shown, at `/metrics`.
    public init(
        devices: DeviceService, store: any HubStore, desk: EnrolmentDesk, proxies: ProxyTrust, publicURL: String,
        ticketSecret: String?, maximumBodyBytes: Int, zone: any TimeZoneRules, metrics: HubMetrics, readiness: Readiness,
        logger: Logger, throttle: LogThrottle
    ) {
        (self.devices, self.store, self.logger, self.throttle) = (devices, store, logger, throttle)
        (self.desk, self.proxies, self.publicURL, self.ticketSecret) = (desk, proxies, publicURL, ticketSecret)
        (self.maximumBodyBytes, self.zone) = (maximumBodyBytes, zone)
        (self.metrics, self.readiness) = (metrics, readiness)
        requests = RequestQueue(store) { count, time in
            metrics.commitRequests.observe(Double(count))
            metrics.commitDuration.observe(time)
        }
        lists = ListCache(store)
        identities = SharedIdentities(proxies, metrics, throttle)
    }

    public var router: Router<HubRequestContext> {
        let router = Router(context: HubRequestContext.self)
        router.get("healthz") { _, _ in await health() }
        addProbes(to: router)
        router.post("api/:call") { request, context in
            try await answer(request, from: context.address, callName: context.parameters.get("call") ?? "")
        }
        ManagementRoutes(
            desk: desk, proxies: proxies, publicURL: publicURL, ticketSecret: ticketSecret, throttle: throttle
        ).add(to: router)
        return router
    }

    /// 200 when a record could be stored, which is what all else needs.
    private func health() async -> Response {
        do {
            try await requests.run({ _ in }) { $0.rehearseRecord() }
            return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "ok\n")))
        } catch {
            return Response(status: .serviceUnavailable, body: ResponseBody(byteBuffer: ByteBuffer(string: "\(error)\n")))
        }
    }

    private func answer(_ request: Request, from address: String, callName: String) async throws -> Response {
        let arrived = Clocks.now()
        let codings = request.headers[values: .acceptEncoding]
        guard let call = PlatformCall(rawValue: callName) else {
            let names = PlatformCall.allCases.map(\.rawValue).joined(separator: ", ")
            return refused(nil, arrived, .notFound, Refusal(.unknownCall, "there is no call of that name; there are \(names)"))
        }
        guard let body = try await self.body(of: request) else {
            return refused(
                call, arrived, .contentTooLarge, Refusal(.bodyTooLarge, "the body is longer than \(maximumBodyBytes) bytes"))
        }
        let deviceRequest: DeviceRequest
        do {
            deviceRequest = try DeviceRequest(call: call, contentType: request.headers[.contentType], body: body)
        } catch {
            return refused(call, arrived, .badRequest, Refusal(.malformedBody, error.description))
        }
        do {
            let credentials = CallCredentials(
                request.headers, isFromProxy: proxies.holds(for: address), token: deviceRequest.token)
            if let pause = try await quotas.admit(deviceRequest, credentials) {
                return refused(
                    call, arrived, .serviceUnavailable,
                    Refusal(.unavailable, "too many requests of this device: send it again later"),
                    retryAfter: pause)
            }
            let answer = try await devices.answer(deviceRequest, from: credentials, by: requests, at: arrived)
            let response = try await response(to: deviceRequest, answer, codings, arrived: arrived)
            metrics.count(call, answer.returnCode, from: arrived.instant, to: Clocks.now().instant)
            if let deviceID = deviceRequest.deviceID, answer.isOfKnownDevice {
                metrics.devices.saw(deviceID, at: arrived.instant)
                if call == .heartbeat {
                    identities.sawHeartbeat(of: deviceID, request.headers, from: address, at: arrived.instant)
                }
            }
            return response
        } catch {
            throttle.log(
                .error, "not stored", "not stored call=\(callName) device=\((deviceRequest.deviceID ?? "-").logField): \(error)")
            return refused(
                call, arrived, .serviceUnavailable, Refusal(.unavailable, "the hub cannot store anything now; send it again"))
        }
    }

    private func body(of request: Request) async throws -> [UInt8]? { try await request.bytes(atMost: maximumBodyBytes) }

    private func response(
        to request: DeviceRequest, _ answer: DeviceAnswer, _ codings: [String], arrived: Moment
    ) async throws -> Response {
        let writer = ReplyWriter(requestID: request.requestID, timeZone: zone)
        switch answer {
        case .heartbeat(let content): return response(.ok, writer.heartbeat(content))
        case .checked(let reason, let soundNumber): return response(.ok, writer.checked(reason, soundNumber: soundNumber))
        case .relayed(let answer): return response(.ok, writer.relayed(answer))
        case .logged, .setAside(_, soundNumber: nil): return response(.ok, writer.logged())
        case .setAside(_, let soundNumber?): return response(.ok, writer.checked(.ok, soundNumber: soundNumber))
        case .keys(let group): return response(.ok, writer.keys(group))
        case .token(let token): return response(.ok, writer.token(token))
        case .refused(let refusal): return response(Self.status(of: refusal), writer.refusal(refusal))
        case .list(let selection, let enterpriseID):
            return try await list(selection, enterpriseID, codings, for: request, arrived: arrived)
        }
    }

    private func list(
        _ selection: ListSelection, _ enterpriseID: String, _ codings: [String], for request: DeviceRequest, arrived: Moment
    ) async throws -> Response {
        let list = try await lists.list(selection)
        // Of the platform's lists nothing is told before one is here: a box that took an empty one would refuse everybody.
        guard !list.isMissing else {
            return refused(
                selection.call, arrived, .serviceUnavailable, Refusal(.platformAway, "the platform has given no such list yet"))
        }
        let elapsed = Clocks.now().instant - arrived.instant
        var writer = ListReplyWriter(
            requestID: request.requestID, enterpriseID: enterpriseID, version: list.versionText,
            preparationMilliseconds: Int(elapsed / .milliseconds(1)))
        let coding = AcceptedCoding(codings)
        let reply = list.reply(head: writer.take(), coding)
        logger.info("list kind=\(selection) version=\(list.versionText) coding=\(coding.rawValue) bytes=\(reply.byteCount)")
        let label = selection.list.rawValue
        metrics.listDownloads.add(1, label, coding.rawValue)
        let body = ResponseBody(contentLength: reply.byteCount) { [metrics] writer in
            for (index, piece) in reply.pieces.enumerated() {
                // Before the device can have all of it, the hub knows that it has.
                if index == reply.pieces.count - 1 { await noteFetched(selection.list, list.version, request) }
                try await writer.write(ByteBuffer(bytes: piece))
                metrics.listBytes.add(piece.count, label, coding.rawValue)
            }
            try await writer.finish(nil)
        }
        var headers: HTTPFields = [.contentType: Self.json, .vary: "Accept-Encoding"]
        if coding == .gzip { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// A device that has a list, and of which that cannot be stored, has it all the same.
    private func noteFetched(_ list: DeviceList, _ version: Int64, _ request: DeviceRequest) async {
        do {
            try await devices.noteFetched(list, version, by: request.deviceID ?? "", requests, at: Clocks.now().system)
        } catch {
            logger.error(
                "not stored: that device=\((request.deviceID ?? "-").logField) has list=\(list) version=\(version): \(error)")
        }
    }

    private static let json = "application/json; charset=utf-8"

    /// A refusal of what was asked is a reply like any other.
    private static func status(of refusal: Refusal) -> HTTPResponse.Status {
        switch refusal.code {
        case .callerRefused: .unauthorized
        case .unavailable, .platformAway: .serviceUnavailable
        default: .ok
        }
    }

    /// - Parameter call: nil where there is none of the name.
    private func refused(
        _ call: PlatformCall?, _ arrived: Moment, _ status: HTTPResponse.Status, _ refusal: Refusal, retryAfter: Duration? = nil
    ) -> Response {
        metrics.count(call, refusal.code, from: arrived.instant, to: Clocks.now().instant)
        var response = response(status, ReplyWriter(requestID: nil, timeZone: zone).refusal(refusal))
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter.wholeSeconds) }
        return response
    }

    private func response(_ status: HTTPResponse.Status, _ reply: [UInt8]) -> Response {
        var response = Response(
            status: status, headers: [.contentType: Self.json], body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply)))
        if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }
}
