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

    /// Of all stand-ins, each under a path of its own. It ends with the program: NIO may trap where a server ends while a client connects.
    private static let server = Task { try await Server.start() }

    private let server: Server
    private let id: Int
    private let state: Mutex<State>

    /// - Parameter script: what to answer; `count` is how many calls of that name there were before.
    static func start(_ script: @escaping Script = { _, _ in Answer() }) async throws -> PlatformStandIn {
        let server = try await server.value
        let standIn = PlatformStandIn(server, id: server.newID(), script)
        server.add(standIn, standIn.id)
        return standIn
    }

    private init(_ server: Server, id: Int, _ script: @escaping Script) {
        (self.server, self.id) = (server, id)
        state = Mutex(State(script: script))
    }

    deinit { server.remove(id) }

    var url: String { "http://127.0.0.1:\(server.port)/\(id)/hw" }

    /// In the order in which they came.
    func calls(_ call: PlatformCall) -> [Call] { state.withLock { $0.calls.filter { $0.name == call.rawValue } } }

    func answer(_ script: @escaping Script) { state.withLock { $0.script = script } }

    fileprivate func answer(_ name: String, _ body: [UInt8], _ authorization: String?) async throws -> Response {
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

/// The HTTP server of the stand-ins, which it does not keep.
private final class Server: Sendable {
    private struct Weak: Sendable {
        weak let value: PlatformStandIn?
    }

    private let standIns = Mutex<[Int: Weak]>([:])
    private let lastID = Atomic(0)
    private let boundPort = Atomic(0)

    var port: Int { boundPort.load(ordering: .acquiring) }

    static func start() async throws -> Server {
        let server = Server()
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let router = Router()
        router.post("/{id}/hw/{call}") { request, context in
            let bytes = try await request.body.collect(upTo: 1 << 20)
            guard let standIn = server.standIn(Int(context.parameters.get("id") ?? "")) else {
                return Response(status: .serviceUnavailable)
            }
            return try await standIn.answer(
                context.parameters.get("call") ?? "", Array(bytes.readableBytesView), request.headers[.authorization])
        }
        var logger = Logger(label: "stand-in")
        logger.logLevel = .critical
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: logger)
        Task { try await application.run() }
        for await port in ports {
            server.boundPort.store(port, ordering: .releasing)
            break
        }
        return server
    }

    func newID() -> Int { lastID.add(1, ordering: .relaxed).newValue }
    func add(_ standIn: PlatformStandIn, _ id: Int) { standIns.withLock { $0[id] = Weak(value: standIn) } }
    func remove(_ id: Int) { standIns.withLock { $0[id] = nil } }
    private func standIn(_ id: Int?) -> PlatformStandIn? { standIns.withLock { standIns in id.flatMap { standIns[$0]?.value } } }
}
