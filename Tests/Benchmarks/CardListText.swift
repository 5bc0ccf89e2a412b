import Base

/// A full card list as the platform's document prints it: its rows are made once, whatever the version.
struct CardListText: Sendable {
    private let rows: [UInt8]

    init(cards: Int) {
        var rows: [UInt8] = []
        for index in 0..<UInt64(cards) {
            if index > 0 { rows += ",\n".utf8 }
            rows += "    {\"card_no\": \"".utf8
            rows += LookupBenchmark.card(index).digits
            rows += "\", \"flag\": \"1\", \"left_times\": 1}".utf8
        }
        self.rows = rows
    }

    func reply(version: String) -> [[UInt8]] {
        let head = """
            {"ret_code": 0, "ret_msg": "成功", "time": 600, "req_id": "abcd", "enterprise_id": "398", "version": "\(version)", "list": [

            """
        return [Array(head.utf8), rows, Array("\n]}\n".utf8)]
    }
}
