import HTTPTypes
import HubDomain
import HubMetrics
import Hummingbird

/// What asks whether the hub is alive, and how it fares.
extension HubRouter {
    func addProbes(to router: Router<HubRequestContext>) {
        router.get("readyz") { request, context in ready(request, context) }
        router.get("metrics") { _, context in await scrape(context) }
    }

    /// 200 while requests may be sent here. Says also which certificate's name it believes, so that `validator-hub check` can see whether the
    /// proxy lets somebody forge one.
    private func ready(_ request: Request, _ context: HubRequestContext) -> Response {
        let state = readiness.state
        var headers: HTTPFields = [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"]
        if let name = CallCredentials.clientNameHeader, context.isFromThisMachine { headers[name] = request.headers[name] }
        return Response(
            status: state == .ready ? .ok : .serviceUnavailable, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: "\(state.rawValue)\n")))
    }

    /// To this machine alone, where the proxy is that says who else may.
    private func scrape(_ context: HubRequestContext) async -> Response {
        guard context.isFromThisMachine else { return Response(status: .notFound) }
        do {
            metrics.keep(try await store.listStandings())
        } catch {
            metrics.keep([])
            logger.error("not counted: who has which list: \(error)")
        }
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.registry.text)))
    }
}
