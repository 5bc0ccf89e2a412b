import HTTPTypes
import HubDomain

extension CallCredentials {
    /// - Parameter isFromProxy: whether the connection is a trusted proxy's.
    init(_ headers: HTTPFields, isFromProxy: Bool, token: String?) {
        self.init(
            authorization: headers[.authorization], clientName: HTTPField.Name("X-Client-Name").flatMap { headers[$0] },
            isFromProxy: isFromProxy, token: token)
    }
}
