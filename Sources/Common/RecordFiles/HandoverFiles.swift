/// The files in a box's state folder by which a handover and a takeover are known, to validatorctl and validatord alike.
public enum HandoverFiles {
    /// Says that this box's identity is another one's now (`HandoverNote`).
    public static let note = "handed-over.json"

    /// As many files of records as one takeover brings.
    public static let maximumTakeovers = 99

    /// The records of the former box that are to be taken in, numbered from 1.
    public static func takeover(_ number: Int) -> String { "\(takeoverName(number)).\(takeoverType)" }

    /// Records that this box had not sent when it was given another identity, numbered from 1.
    public static func former(_ number: Int) -> String { "former-\(number).jsonl" }

    /// The name's two parts.
    public static func takeoverName(_ number: Int) -> String { "takeover-\(number)" }
    public static let takeoverType = "jsonl"
}
