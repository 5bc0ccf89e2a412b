/// What the console speaks.
enum Language: String, CaseIterable, Sendable {
    case en
    case zh

    /// By the variables of locale(7), of which the first that is set counts.
    init(environment: (String) -> String?) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty }
        self = locale?.lowercased().hasPrefix("zh") == true ? .zh : .en
    }
}
