extension TapRecord {
    /// What a pseudonym begins with; no card number and no ticket does.
    public static let pseudonymPrefix = "p:"
    /// Bytes of the code behind it, each of which is two hexadecimal digits.
    public static let pseudonymCodeBytes = 16

    /// Whether a record's subject has given way to a pseudonym.
    public static func isPseudonym(_ subject: String) -> Bool {
        subject.utf8.count == pseudonymPrefix.utf8.count + 2 * pseudonymCodeBytes && subject.hasPrefix(pseudonymPrefix)
    }
}
