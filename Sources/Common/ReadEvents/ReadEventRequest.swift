import JSON

/// A request, and the id that its answer repeats.
public struct ReadEventRequest: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        /// No devices: all, those that appear later too.
        case subscribe([String])
        /// No devices: all.
        case unsubscribe([String])
        case query(Page)
    }

    public var id: String
    public var action: Action

    /// Of `requestID`, and of one `deviceID`, in bytes of UTF-8. The document's own have 32.
    public static let maximumIDLength = 64

    public init(id: String, action: Action) {
        self.id = id
        self.action = action
    }

    init(_ members: JSONObject) throws(RequestFault) {
        let fields = RequestFields(members)
        id = try fields.requestID()
        do throws(RequestFault) {
            switch try fields.wholeNumber("requestType") {
            case 0: action = .unsubscribe(try fields.devices())
            case 1: action = .subscribe(try fields.devices())
            case 2: action = .query(try fields.page())
            case nil: throw RequestFault(.wrongField, "requestType is missing; 1 subscribes, 0 unsubscribes, 2 queries")
            case let type?:
                throw RequestFault(.wrongField, "requestType \(type) is unknown; 1 subscribes, 0 unsubscribes, 2 queries")
            }
        } catch {
            throw RequestFault(error.code, error.message, requestID: id)
        }
    }
}

/// The fields of a request, one by one.
private struct RequestFields {
    private let members: JSONObject

    init(_ members: JSONObject) {
        self.members = members
    }

    /// `requestID`, or `responseID` as in the document's samples of two of the requests.
    func requestID() throws(RequestFault) -> String {
        guard let value = members.present("requestID") ?? members.present("responseID") else {
            throw RequestFault(.wrongField, "requestID is missing; make one for each request, such as a UUID")
        }
        guard let id = value.string, (1...ReadEventRequest.maximumIDLength).contains(id.utf8.count) else {
            throw RequestFault(.wrongField, "requestID must be a string of 1 to \(ReadEventRequest.maximumIDLength) bytes")
        }
        return id
    }

    func devices() throws(RequestFault) -> [String] {
        guard let value = members.present("deviceID") else { return [] }
        guard let elements = value.array else { throw Self.wrongDevices }
        var devices: [String] = []
        for element in elements {
            guard let id = element.string, (1...ReadEventRequest.maximumIDLength).contains(id.utf8.count) else {
                throw Self.wrongDevices
            }
            devices.append(id)
        }
        return devices
    }

    func page() throws(RequestFault) -> Page {
        try Page(size: wholeNumber("pageSize") ?? Page.defaultSize, number: wholeNumber("pageNo") ?? 1)
    }

    /// Nil when absent.
    func wholeNumber(_ name: String) throws(RequestFault) -> Int? {
        guard let value = members.present(name) else { return nil }
        guard let number = value.wholeNumber else { throw RequestFault(.wrongField, "\(name) must be a whole number") }
        return number
    }

    private static let wrongDevices = RequestFault(
        .wrongField, "deviceID must be an array of strings of 1 to \(ReadEventRequest.maximumIDLength) bytes; empty means all")
}

extension JSONObject {
    /// A member's value; nil too when that is null.
    func present(_ name: String) -> JSONValue? {
        guard let value = self[name], !value.isNull else { return nil }
        return value
    }
}
