import Fares
import PlatformAPI

/// A file of ticket keys: what the platform answers to `get_qrcode_keys`, or lines of `id,key`. Empty lines, and those that begin
/// with #, do not count.
enum TicketKeyFile {
    private static let maximumBytes = ReplyDecoder.maximumReplyBytes

    static func read(_ path: String) throws(ControlFailure) -> KeyGroup {
        let file = try WholeFile.read(path, limit: maximumBytes)
        guard let text = String(validating: file, as: UTF8.self) else { throw .badData("\(path) is no text") }
        let group = text.first { !$0.isWhitespace } == "{" ? try reply(file, path) : try lines(text, path)
        guard !group.keys.isEmpty else { throw .badData("\(path): there is no key in it") }
        return group
    }

    private static func reply(_ file: [UInt8], _ path: String) throws(ControlFailure) -> KeyGroup {
        var decoder = ReplyDecoder(
            for: .keys(token: ""), format: WireFormat(baseURL: "", deviceID: "", softwareVersion: 0))
        do throws(ExchangeFailure) {
            try decoder.feed(file)
            guard case .keys(_, let group?, _) = try decoder.finish() else {
                throw ExchangeFailure(.undecodable, "the platform refused it, so that it holds no keys")
            }
            return group
        } catch {
            throw .badData("\(path): \(error.text)")
        }
    }

    private static func lines(_ text: String, _ path: String) throws(ControlFailure) -> KeyGroup {
        var keys: [KeyGroup.Key] = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard let first = line.first(where: { !$0.isWhitespace }), first != "#" else { continue }
            let parts = line.split(separator: ",", maxSplits: 1).map { $0.filter { !$0.isWhitespace } }
            guard parts.count == 2, let id = UInt8(parts[0]), !parts[1].isEmpty else {
                throw .badData("\(path): line \(number + 1): id,key wanted, with an id up to 255")
            }
            keys.append(KeyGroup.Key(id: id, text: parts[1]))
        }
        return KeyGroup(version: "", keys: keys)
    }
}
