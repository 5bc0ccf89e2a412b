import Base
import Hummingbird
import JSON
import Logging
import PlatformAPI
import Synchronization

/// A small HTTP server in the platform's place, which answers as it is told to and remembers what it was sent.
final class PlatformStandIn: Sendable {
    struct Call: Sendable {
        var name: String
        var fields: JSONValue
        var authorization: String?

        var requestID: String { fields["req_id"]?.string ?? "" }
        var deviceID: String { fields["device_id"]?.string ?? "" }
    }

    struct Answer: Sendable {
        var status = 200
        var body = #"{"ret_code":0,"ret_msg":"ok"}"#
        /// `Retry-After`, in seconds.
        var retryAfter: Int?
        var delay = Duration.zero
        /// The connection ends in the middle of the body.
        var isCut = false

        static func code(_ code: Int, _ message: String = "") -> Answer {
            Answer(body: #"{"ret_code":\#(code),"ret_msg":"\#(message)"}"#)
        }

        func after(_ delay: Duration) -> Answer {
            var answer = self
            answer.delay = delay
            return answer
        }
    }

    typealias Script = @Sendable (_ call: Call, _ count: Int) -> Answer

    private struct State {
        var calls: [Call] = []
        var script: Script
    }

    let port: Int
    private let state: Mutex<State>
    private let server: Task<Void, any Error>

    /// - Parameter script: what to answer; `count` is how many calls of that name there were before.
    static func start(_ script: @escaping Script = { _, _ in Answer() }) async throws -> PlatformStandIn {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let box = Box()
        let router = Router()
        router.post("/hw/{call}") { request, context in
            let bytes = try await request.body.collect(upTo: 1 << 20)
            guard let standIn = box.standIn.withLock({ $0?.value }) else { return Response(status: .serviceUnavailable) }
            return try await standIn.answer(
                context.parameters.get("call") ?? "", Array(bytes.readableBytesView), request.headers[.authorization])
        }
        var logger = Logger(label: "stand-in")
        logger.logLevel = .critical
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: logger)
        let server = Task { try await application.run() }
        for await port in ports {
            let standIn = PlatformStandIn(port: port, script: script, server: server)
            box.standIn.withLock { $0 = Weak(standIn) }
            return standIn
        }
        throw CancellationError()
    }

    /// Lets the router reach the stand-in, and not keep it.
    private final class Box: Sendable {
        let standIn = Mutex<Weak?>(nil)
    }

    private struct Weak: Sendable {
        weak let value: PlatformStandIn?
        init(_ value: PlatformStandIn) { self.value = value }
    }

    private init(port: Int, script: @escaping Script, server: Task<Void, any Error>) {
        (self.port, self.server) = (port, server)
        state = Mutex(State(script: script))
    }

    deinit { server.cancel() }

    var url: String { "http://127.0.0.1:\(port)/hw" }

    /// In the order in which they came.
    func calls(_ call: PlatformCall) -> [Call] { state.withLock { $0.calls.filter { $0.name == call.rawValue } } }

    func answer(_ script: @escaping Script) { state.withLock { $0.script = script } }

    private func answer(_ name: String, _ body: [UInt8], _ authorization: String?) async throws -> Response {
        let call = Call(name: name, fields: try JSONValue(parsing: body), authorization: authorization)
        let answer = state.withLock { state in
            let count = state.calls.count { $0.name == name }
            state.calls.append(call)
            return state.script(call, count)
        }
        try await Task.sleep(for: answer.delay)
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        headers[.retryAfter] = answer.retryAfter.map { "\($0)" }
        return Response(
            status: .init(code: answer.status), headers: headers,
            body: answer.isCut
                ? ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: String(answer.body.prefix(answer.body.count / 2))))
                    throw CancellationError()
                } : ResponseBody(byteBuffer: ByteBuffer(string: answer.body)))
    }
}
