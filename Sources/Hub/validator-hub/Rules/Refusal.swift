import Base

/// `ret_code` and `ret_msg` of a reply that says no.
struct Refusal: Error, Hashable, Sendable {
    var code: ReturnCode
    var message: String

    init(_ code: ReturnCode, _ message: String) {
        self.code = code
        self.message = message
    }
}
