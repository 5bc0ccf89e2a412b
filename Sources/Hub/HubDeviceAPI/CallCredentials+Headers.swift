import HTTPTypes
import HubDomain

extension CallCredentials {
    /// `X-Client-Name`
    static let clientNameHeader = HTTPField.Name("X-Client-Name")

    /// - Parameter isFromProxy: whether the connection is a trusted proxy's.
    init(_ headers: HTTPFields, isFromProxy: Bool, token: String?) {
        self.init(
            authorization: headers[.authorization], clientName: Self.clientNameHeader.flatMap { headers[$0] },
            isFromProxy: isFromProxy, token: token)
    }
}
