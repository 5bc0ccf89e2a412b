import ControlProtocol

/// How this machine is connected.
struct NetworkReport: ControlValue {
    struct Interface: ControlValue {
        var name = ""
        /// The kernel's word: `up`, `down`, `unknown`.
        var state = ""
        var addresses: [String] = []
        /// Since the interface came up.
        var receivedBytes: Int?
        var sentBytes: Int?

        mutating func members(_ member: inout ControlMembers) {
            member("name", &name)
            member("state", &state)
            member("addresses", &addresses)
            member("received_bytes", &receivedBytes)
            member("sent_bytes", &sentBytes)
        }
    }

    var interfaces: [Interface] = []
    /// Of IPv4's default route, with its interface.
    var gateway: String?
    var nameServers: [String] = []

    mutating func members(_ member: inout ControlMembers) {
        member("interfaces", &interfaces)
        member("gateway", &gateway)
        member("name_servers", &nameServers)
    }
}
