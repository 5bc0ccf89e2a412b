/// How often the platform refused a record, and its words when it did so for good.
public struct RecordedRefusals: Hashable, Sendable {
    public var count: Int
    /// `ret_code` and `ret_msg`; nil while it may still be taken.
    public var code: Int?
    public var message: String?

    public init(count: Int, code: Int?, message: String?) {
        (self.count, self.code, self.message) = (count, code, message)
    }
}
