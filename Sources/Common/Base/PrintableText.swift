extension StringProtocol {
    /// Somebody else's text as it may stand in a line of a log or on a terminal: each control character (Unicode's category Cc, which
    /// holds ESC, line ends and the one-byte commands of terminals) becomes a question mark.
    public var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}
