/// One row of the table of loose replies (replies.txt): what a platform answers, and what must follow.
public struct LooseReply: Sendable, CustomStringConvertible {
    /// What the box has asked.
    public enum Call: String, CaseIterable, Sendable {
        case booking, log, check, heartbeat, list, increment, line, keys, token

        /// The call's name in the URL.
        public var name: String {
            switch self {
            case .booking, .check: "card_check"
            case .log: "card_check_log"
            case .heartbeat: "location_report"
            case .list, .increment: "get_card_list"
            case .line: "get_line_card_list"
            case .keys: "get_qrcode_keys"
            case .token: "get_token"
            }
        }
    }

    public var call: Call
    public var name: String
    public var status = 200
    public var headers: [String: String] = [:]
    public var body: [UInt8] = []
    /// All that follows, the row's own and what it does not say.
    public var facts: [String: String]
    /// Part of a warning or an error; nil: there is none.
    public var told: String?
    /// A heartbeat that is also sent to the real daemon.
    public var isForDaemon = false

    public var description: String { "\(call.rawValue): \(name)" }

    /// The members of the good reply to `call`, each with its value as JSON.
    public static func goodMembers(of call: Call) -> [(name: String, value: String)] {
        let common = [("ret_code", "0"), ("ret_msg", #""ok""#)]
        func rows(_ rows: String) -> [(name: String, value: String)] {
            common + [("time", "1"), ("enterprise_id", #""1""#), ("version", #""6""#), ("list", "[\(rows)]")]
        }
        switch call {
        case .log: return common
        case .booking, .check: return common + [("sound_no", "0")]
        case .heartbeat:
            return common + [
                ("server_time", #""""#), ("version_code", #""5""#), ("check_mode", "0"), ("check_card_mode", "1"),
                ("qrcode_mode", "1"), ("card_mode", "1"), ("white_mode", "0"), ("is_line_white", "1"),
                ("version_code_all", #""5""#), ("version_code_add", #""0""#), ("line_version_code_all", #""5""#),
                ("check_start_time_format", #""2027-01-15 08:00:00""#), ("check_end_time_format", #""2027-01-15 20:00:00""#),
            ]
        case .list: return rows(#"{"card_no":"00000001","flag":1},{"card_no":"00000002","flag":0}"#)
        case .increment: return rows(#"{"card_no":"00000004","flag":1}"#)
        case .line: return rows(#"{"card_no":"00000001","flag":1},{"card_no":"00000002","flag":1}"#)
        case .keys:
            return common + [
                ("version_code", #""6""#), ("list", #"[{"key_id":1,"key":"a84a6ce9"},{"key_id":2,"key":"9c797cdb"}]"#),
            ]
        case .token: return common + [("token", #""T1""#), ("expires_in", "3600")]
        }
    }

    /// What follows of the good reply to `call`.
    public static func goodFacts(of call: Call) -> [String: String] {
        switch call {
        case .booking, .log: ["again": "no", "outbox": "empty"]
        case .check: ["light": "green", "mode": "online", "sound": "0"]
        case .heartbeat:
            ["modes": "011101", "window": "08:00-20:00", "fetches": "-", "clock": "system", "kept": "0", "link": "up"]
        case .list, .line, .keys, .token: ["held": "6:2"]
        case .increment: ["held": "5+6:4"]
        }
    }

    /// The good reply by which a box comes to hold what stands "before" in the table.
    public static func firstMembers(of call: Call) -> [(name: String, value: String)] {
        let list: (version: String, list: String)
        switch call {
        case .list:
            list = (
                "version", #"[{"card_no":"00000001","flag":1},{"card_no":"00000002","flag":0},{"card_no":"00000003","flag":1}]"#
            )
        case .line: list = ("version", #"[{"card_no":"00000001","flag":1}]"#)
        case .keys: list = ("version_code", #"[{"key_id":1,"key":"a84a6ce9"}]"#)
        case .booking, .log, .check, .heartbeat, .increment, .token: return goodMembers(of: call)
        }
        return goodMembers(of: call).map { member in
            switch member.name {
            case list.version: (member.name, #""5""#)
            case "list": (member.name, list.list)
            default: member
            }
        }
    }

    /// A JSON object of these members.
    public static func body(_ members: [(name: String, value: String)]) -> [UInt8] {
        Array("{\(members.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ","))}".utf8)
    }
}
