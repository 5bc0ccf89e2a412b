import Base
import JSON
import Testing

@testable import ReadEvents

/// The interface with a clock that the test holds, and what each connection was sent.
struct Interface {
    static let start = Moment(instant: Instant(nanoseconds: 5_000_000_000), system: WallTime(milliseconds: 1_674_119_486_000))

    private(set) var service: ReadEventService
    private(set) var now = Interface.start
    /// Texts, and `close CODE`, in the order in which they went out.
    private var sent: [ClientID: [String]] = [:]
    private(set) var lastOutputs: [ReadEventService.Output] = []

    init(limits: ReadEventService.Limits = .init(), devices: [String] = []) {
        service = ReadEventService(limits: limits)
        feed(.devices(devices))
    }

    mutating func feed(_ input: ReadEventService.Input) {
        lastOutputs = service.handle(input, at: now)
        for output in lastOutputs {
            switch output {
            case .send(let bytes, let connections):
                for id in connections { sent[id, default: []].append(String(decoding: bytes, as: UTF8.self)) }
            case .close(let id, let code, _): sent[id, default: []].append("close \(code)")
            }
        }
    }

    mutating func open(_ ids: ClientID...) {
        for id in ids { feed(.opened(id)) }
    }

    /// Lets so much time pass, with the timer fed whenever it asks for it.
    mutating func wait(_ duration: Duration) {
        let end = now.instant + duration
        while let deadline = service.nextDeadline, deadline <= end {
            advance(to: deadline)
            feed(.timer)
        }
        advance(to: end)
    }

    private mutating func advance(to instant: Instant) {
        let passed = max(instant - now.instant, .zero)
        now = Moment(instant: now.instant + passed, system: now.system + passed)
    }

    /// What `id` was sent since the last call.
    mutating func taken(_ id: ClientID) -> [String] {
        sent.removeValue(forKey: id) ?? []
    }

    /// Sends `text` and takes everything that comes for it.
    mutating func ask(_ id: ClientID, _ text: String) -> [String] {
        _ = taken(id)
        feed(.text(id, Array(text.utf8)))
        return taken(id)
    }

    /// A request with its type, and devices or further members; the answer's code.
    mutating func request(_ id: ClientID, _ type: Int, _ devices: [String] = []) throws -> String {
        let request: JSONValue = ["requestID": "r", "requestType": .int(type), "deviceID": .array(devices.map { .string($0) })]
        let answer = try JSONValue(parsing: try #require(ask(id, request.text).first))
        return try #require(answer["code"]?.string)
    }

    /// The devices that a query finds.
    mutating func query(_ id: ClientID, size: Int = 1000, page: Int = 1) throws -> [String] {
        let request: JSONValue = ["requestID": "q", "requestType": 2, "pageSize": .int(size), "pageNo": .int(page)]
        let answer = try JSONValue(parsing: try #require(ask(id, request.text).first))
        return try #require(answer["data"]?["deviceID"]?.array).compactMap(\.string)
    }

    /// One read at `device`; which of `ids` were told.
    mutating func told(_ ids: [ClientID], of device: String) -> [ClientID] {
        for id in ids { _ = taken(id) }
        feed(.events([Self.read(at: device)]))
        return ids.filter { !taken($0).isEmpty }
    }

    static func read(at device: String, _ kind: ReadEvent.Kind = .read, id: UInt64 = 1) -> DeviceReadEvent {
        DeviceReadEvent(
            device: device,
            event: ReadEvent(
                kind: kind, id: UniqueID(high: 0, low: id), tid: [0xE2, 0x00], reader: 0, firstRead: WallTime(seconds: 1),
                lastRead: WallTime(seconds: 1), timeout: .zero))
    }
}

/// The same document without its white space.
func compact(_ text: String) throws -> String {
    try JSONValue(parsing: text).text
}
