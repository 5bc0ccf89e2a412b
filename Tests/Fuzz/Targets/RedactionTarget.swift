@testable import validatorctl

extension FuzzTarget {
    /// A report for somebody else: no secret, card number or ticket on a line of its own survives, whatever stands above and below
    /// it, and a second time finds no more card numbers.
    static let redaction = FuzzTarget(name: "redaction") { input in
        let text = String(decoding: input, as: UTF8.self)
        for line in [
            "token=Qx7Zk9", "Authorization: Bearer Qx7Zk9", #"{"secret": "Qx7Zk9", "a": 1}"#, "https://box:Qx7Zk9@host:1/a",
            "GET http://host/a?Qx7Zk9 failed",
        ] {
            try check(line, within: text, hides: "Qx7Zk9", by: Redaction.secrets)
        }
        for line in ["card=PQRSTUVWPQ", "card VT1PQRSTUVWPQRSTUVWPQRSTUVWPQRSTUVW!"] {
            try check(line, within: text, hides: "PQRSTUVWP", by: Redaction.cardNumbers)
        }
        try check("UID 04A2B3C4D5E6F7 read", within: text, hides: "04A2B3", by: Redaction.cardNumbers)
        try check("key = 'a' # Qx7Zk9", within: text, hides: "Qx7Zk9", by: Redaction.configuration)
        let once = Redaction.cardNumbers(in: text)
        try require(Redaction.cardNumbers(in: once) == once, "\(once) still holds a card's number")
    }

    private static func check(_ line: String, within text: String, hides hidden: String, by redact: (String) -> String) throws {
        let above = text.prefix(text.count / 2)
        let result = redact("\(above)\n\(line)\n\(text.dropFirst(above.count))")
        // What the fuzzer has written itself may say the same.
        try require(text.contains(hidden) || !result.contains(hidden), "\(line) is told as \(result)")
    }
}
