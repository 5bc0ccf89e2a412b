/// Why a request was not carried out. The text tells a technician what to do next.
public struct ControlError: Error, Hashable, Sendable {
    /// The raw values are a stable interface.
    public enum Code: String, Sendable {
        /// Not a request at all.
        case badRequest = "bad_request"
        case unknownCommand = "unknown_command"
        case badArgument = "bad_argument"
        /// Understood, and not to be done.
        case refused
        /// Something that it needs has failed: a database, say.
        case failed
    }

    public var code: Code
    public var text: String

    public init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }
}
