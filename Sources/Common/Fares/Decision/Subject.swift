/// What was presented.
public enum Subject: Hashable, Sendable {
    case card(CardNumber)
    /// The scanned payload, untouched.
    case ticket([UInt8])
}
