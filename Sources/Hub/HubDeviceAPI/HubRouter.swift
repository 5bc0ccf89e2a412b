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
    private let desk: EnrolmentDesk
    private let proxies: ProxyTrust
    private let quotas = DeviceQuotas()
    /// What boxes call this hub, where it does not depend on how they have called it; empty: it does.
    private let publicURL: String
    private let ticketSecret: String?
    /// The longest request body; a longer one is answered with 413.
    private let maximumBodyBytes: Int
    /// Of times in replies.
    private let zone: any TimeZoneRules
    let metrics: HubMetrics
    let readiness: Readiness
    private let logger: Logger

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
        logger: Logger
    ) {
        (self.devices, self.logger) = (devices, logger)
        (self.desk, self.proxies, self.publicURL, self.ticketSecret) = (desk, proxies, publicURL, ticketSecret)
        (self.maximumBodyBytes, self.zone) = (maximumBodyBytes, zone)
        (self.metrics, self.readiness) = (metrics, readiness)
        requests = RequestQueue(store) { count, time in
            metrics.commitRequests.observe(Double(count))
            metrics.commitDuration.observe(time)
        }
        lists = ListCache(store)
    }

    public var router: Router<HubRequestContext> {
        let router = Router(context: HubRequestContext.self)
        router.get("healthz") { _, _ in await health() }
        addProbes(to: router)
        router.post("api/:call") { request, context in
            try await answer(request, from: context.address, callName: context.parameters.get("call") ?? "")
        }
        ManagementRoutes(
            desk: desk, proxies: proxies, publicURL: publicURL, ticketSecret: ticketSecret, logger: logger
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
            }
            return response
        } catch {
            logger.error("not stored call=\(callName) device=\((deviceRequest.deviceID ?? "-").logField): \(error)")
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
            return try await list(selection, enterpriseID, codings, requestID: request.requestID, arrived: arrived)
        }
    }

    private func list(
        _ selection: ListSelection, _ enterpriseID: String, _ codings: [String], requestID: String?, arrived: Moment
    ) async throws -> Response {
        let list = try await lists.list(selection)
        // Of the platform's lists nothing is told before one is here: a box that took an empty one would refuse everybody.
        guard !list.isMissing else {
            return refused(
                selection.call, arrived, .serviceUnavailable, Refusal(.platformAway, "the platform has given no such list yet"))
        }
        let elapsed = Clocks.now().instant - arrived.instant
        var writer = ListReplyWriter(
            requestID: requestID, enterpriseID: enterpriseID, version: list.version,
            preparationMilliseconds: Int(elapsed / .milliseconds(1)))
        let coding = AcceptedCoding(codings)
        let reply = list.reply(head: writer.take(), coding)
        logger.info("list kind=\(selection) version=\(list.version) coding=\(coding.rawValue) bytes=\(reply.byteCount)")
        metrics.listDownloads.add(1, selection.metricLabel, coding.rawValue)
        let body = ResponseBody(contentLength: reply.byteCount) { [metrics] writer in
            for piece in reply.pieces {
                try await writer.write(ByteBuffer(bytes: piece))
                metrics.listBytes.add(piece.count, selection.metricLabel, coding.rawValue)
            }
            try await writer.finish(nil)
        }
        var headers: HTTPFields = [.contentType: Self.json, .vary: "Accept-Encoding"]
        if coding == .gzip { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: body)
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
