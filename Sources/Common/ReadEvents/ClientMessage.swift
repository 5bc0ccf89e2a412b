import JSON

/// One text of a client.
public enum ClientMessage: Hashable, Sendable {
    case request(ReadEventRequest)
    /// To be answered with the same value, whatever it is, if it is short.
    case ping(JSONValue)
    /// The whole number of a pong; nil when it holds something that we never sent.
    case pong(Int64?)

    /// Bytes of one text; beyond, it is not read. Room for all the devices that one connection may name.
    public static let maximumBytes = 128 * 1024

    /// Of a ping's value as JSON has it: every one goes back, also to a client that reads nothing.
    public static let maximumPingBytes = 64

    public init(parsing text: [UInt8]) throws(RequestFault) {
        let document: JSONValue
        guard text.count <= Self.maximumBytes else { throw Self.tooLarge }
        do throws(JSONError) {
            document = try JSONValue(parsing: text, maximumBytes: Self.maximumBytes)
        } catch {
            throw RequestFault(.malformed, "the text is not JSON: \(error)")
        }
        guard case .object(let members) = document else {
            throw RequestFault(.wrongField, "the text must be a JSON object, such as {\"requestID\": \"…\", \"requestType\": 1}")
        }
        if members.present("requestType") == nil, let value = members["ping"] {
            guard value.text.utf8.count <= Self.maximumPingBytes else {
                throw RequestFault(.wrongField, "ping may have \(Self.maximumPingBytes) bytes; a number does")
            }
            self = .ping(value)
        } else if members.present("requestType") == nil, let value = members["pong"] {
            self = .pong(value.wholeNumber.map(Int64.init))
        } else {
            self = .request(try ReadEventRequest(members))
        }
    }

    /// What a client is told that sent more than `maximumBytes`, and of whose text nothing was kept.
    public static let tooLarge = RequestFault(
        .requestTooLarge, "the text is longer than \(maximumBytes) bytes; name fewer devices, or none for all")
}

extension JSONValue {
    /// A whole number, or the same written as a string.
    var wholeNumber: Int? { int ?? string.flatMap { Int($0) } }
}
