import Base
import JSON
import TomlConfiguration

/// Turns a line of the control socket into a call of `ControlCommands`, and what comes of it into the reply's line.
enum ControlDispatcher {
    /// Of one page of taps or records.
    private static let limits = 1...500
    /// Of one `outbox_collected`: the loop is held up by its transaction.
    private static let collectedLimit = 200
    private static let rules = JSONRules(.strict, maximumDepth: 8)

    private static let names = [
        "status", "taps", "outbox", "outbox_refused", "outbox_retry", "outbox_export", "outbox_collected",
        "outbox_uncollect", "identity", "handover", "lists", "keys", "gps", "readers",
        "readers_probe", "platform", "set", "sync", "log", "selftest", "selftest_result", "restart",
    ]

    /// The reply to `line`, with its newline.
    static func reply(to line: [UInt8], from commands: any ControlCommands) -> [UInt8] {
        do {
            return success(try result(of: ControlRequest(line, rules: rules), from: commands))
        } catch {
            return failure(error)
        }
    }

    nonisolated static func failure(_ error: ControlError) -> [UInt8] {
        let reply: JSONValue = [
            "ok": false, "error": ["code": .string(error.code.rawValue), "text": .string(error.text)],
        ]
        return reply.bytes + [UInt8(ascii: "\n")]
    }

    private static func success(_ result: JSONValue) -> [UInt8] {
        let reply: JSONValue = ["ok": true, "result": result]
        return reply.bytes + [UInt8(ascii: "\n")]
    }

    private static func result(
        of request: ControlRequest, from commands: any ControlCommands
    ) throws(ControlError) -> JSONValue {
        var request = request
        let command = request.command
        switch command {
        case "status":
            try request.finish()
            return commands.status().json
        case "lists":
            try request.finish()
            return commands.status().listsJSON
        case "keys":
            try request.finish()
            return commands.status().keys.json
        case "gps":
            try request.finish()
            return commands.status().gps.json
        case "readers":
            try request.finish()
            let status = commands.status()
            return ["readers": .array(status.readers.map(\.json)), "scanners": .array(status.scanners.map(\.json))]
        case "readers_probe":
            try request.finish()
            return ["readers": .array(commands.probes().map(\.json))]
        case "platform":
            try request.finish()
            return commands.status().platform.json
        case "outbox":
            try request.finish()
            return commands.status().outbox.json
        case "taps":
            let limit = try request.integer("limit", default: 20, in: limits)
            let sequence = try request.integer("after", default: 0, in: 0...Int.max)
            try request.finish()
            return ["taps": .array(commands.taps(limit: limit, after: sequence).map(\.json))]
        case "outbox_refused":
            return try records(isRefused: true, &request, from: commands)
        case "outbox_export":
            return try records(isRefused: false, &request, from: commands)
        case "outbox_retry":
            try request.finish()
            return ["retried": .int(try commands.retryRefused())]
        case "outbox_collected":
            let arePositions = try request.isPositions()
            let names = try request.recordNames("records", atMost: collectedLimit)
            try request.finish()
            return ["collected": .int(try commands.markCollected(names, arePositions: arePositions))]
        case "outbox_uncollect":
            try request.finish()
            return ["returned": .int(try commands.returnCollected())]
        case "identity":
            try request.finish()
            return try commands.identity().json
        case "handover":
            let handover = HandoverRequest(
                file: try request.text("file"), checksum: try request.text("xxh64"),
                lastTap: Int64(try request.integer("last_tap", default: 0, in: 0...Int.max)),
                lastPosition: Int64(try request.integer("last_position", default: 0, in: 0...Int.max)))
            try request.finish()
            return ["handed_over": .bool(try commands.handOver(handover))]
        case "set":
            let key = try request.text("key")
            let value = try request.text("value")
            try request.finish()
            try commands.apply(ControlSetting(key: key, value: value))
            return [:]
        case "sync":
            let targets = try request.targets()
            let full = try request.flag("full")
            try request.finish()
            for target in targets { try commands.synchronise(target, full: full) }
            return [:]
        case "log":
            let limit = try request.integer("limit", default: 20, in: limits)
            let sequence = try request.integer("after", default: 0, in: 0...Int.max)
            try request.finish()
            return ["lines": .array(commands.log(limit: limit, after: sequence).map(\.json))]
        case "selftest":
            try request.finish()
            return ["run": .int(try commands.startSelfTest())]
        case "selftest_result":
            try request.finish()
            return commands.selfTest()?.json ?? .null
        case "restart":
            try request.finish()
            try commands.restart()
            return [:]
        default:
            let hint = nearestName(to: command, among: names).map { "; did you mean \($0)?" } ?? ""
            throw ControlError(.unknownCommand, "there is no command \"\(command)\"\(hint)")
        }
    }

    /// A page of taps or of positions (`kind`), and the row from behind which the next one begins; null at the end.
    private static func records(
        isRefused: Bool, _ request: inout ControlRequest, from commands: any ControlCommands
    ) throws(ControlError) -> JSONValue {
        let isPositions = try request.isPositions()
        let row = Int64(try request.integer("after", default: 0, in: 0...Int.max))
        let limit = try request.integer("limit", default: 100, in: limits)
        try request.finish()
        let page: [(row: Int64, json: JSONValue)] =
            isPositions
            ? try commands.storedPositions(isRefused: isRefused, after: row, limit: limit).map { ($0.row, $0.json) }
            : try commands.storedTaps(isRefused: isRefused, after: row, limit: limit).map { ($0.row, $0.json) }
        let next: JSONValue = page.count == limit ? page.last.map { .int($0.row) } ?? .null : .null
        return ["records": .array(page.map(\.json)), "next": next]
    }
}
