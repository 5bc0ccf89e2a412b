import Glibc

/// What has to be found again whoever did it at whatever terminal: the system's log, with the user.
enum SystemLog {
    /// One line that begins with `audit`; `text` has no line breaks.
    static func audit(_ text: String) {
        let line = "validator-hub: audit: \(text) uid=\(getuid())"
        unsafe line.withCString { text in unsafe withVaList([text]) { unsafe vsyslog(LOG_NOTICE | LOG_AUTHPRIV, "%s", $0) } }
    }
}
