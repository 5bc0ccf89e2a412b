import Base
import Fares
import Hummingbird
import Logging
import PlatformAPI

/// Hummingbird alone: it reads the body, looks at nothing in it, and answers.
enum BareServer {
    private static let requestID = "01890a5d-ac96-774b-bcce-b302099a8057"

    static func run(port: Int) async throws {
        let (heartbeat, verdict) = (
            ByteBuffer(bytes: heartbeatReply), ByteBuffer(bytes: replies.verdict(.init(code: 0, message: "成功")))
        )
        let router = Router()
        router.post("api/:call") { request, context in
            _ = try await request.body.collect(upTo: 65536)
            let reply = context.parameters.get("call") == PlatformCall.heartbeat.rawValue ? heartbeat : verdict
            return Response(
                status: .ok, headers: [.contentType: "application/json; charset=utf-8"], body: ResponseBody(byteBuffer: reply))
        }
        var logger = Logger(label: "probe")
        logger.logLevel = .warning
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port), serverName: "validator-hub"),
            logger: logger)
        try await application.runService()
    }

    private static var replies: ReplyWriter { ReplyWriter(requestID: requestID, timeZone: FixedZone.shanghai) }

    private static var heartbeatReply: [UInt8] {
        replies.heartbeat(
            .init(
                enterpriseID: "1", serverTime: WallTime(seconds: 1_800_000_000), modes: Modes(), versions: Versions(), window: nil
            ))
    }
}
