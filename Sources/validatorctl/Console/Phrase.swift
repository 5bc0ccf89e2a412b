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

/// One text in both languages.
struct Phrase: Hashable, Sendable {
    var en: String
    var zh: String

    init(_ en: String, _ zh: String) {
        self.en = en
        self.zh = zh
    }

    func callAsFunction(_ language: Language) -> String {
        switch language {
        case .en: en
        case .zh: zh
        }
    }
}
