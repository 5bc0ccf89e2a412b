/// How a device shows that it is the one that its calls name (`devices.authentication`).
public enum AuthenticationMode: String, CaseIterable, Sendable {
    /// Each call carries the device's own secret, or one of its static tokens.
    case secret
    /// A proxy has seen the device's certificate and says whose it is; a device without one has its secret.
    case certificate
    /// It is believed: on a machine or in a network where nobody else can call.
    case none
}
