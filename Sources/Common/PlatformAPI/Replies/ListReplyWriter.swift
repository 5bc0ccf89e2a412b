import Base
import Fares
import JSON

/// Writes the reply to `get_card_list` or `get_line_card_list` (sections 4.1 and 4.4) in pieces,
/// so that no list is held as text.
public struct ListReplyWriter: Sendable {
    private var writer = JSONWriter()

    /// - Parameter preparationMilliseconds: `time`, what it took to find the list.
    public init(
        requestID: String?, enterpriseID: String, version: String, preparationMilliseconds: Int, message: String = "成功"
    ) {
        writer.beginObject()
        writer.header(requestID: requestID, .init(code: 0, message: message))
        writer.field(FieldName.time, preparationMilliseconds)
        writer.field(FieldName.enterpriseID, enterpriseID)
        writer.field(FieldName.listVersion, version)
        writer.key(FieldName.list)
        writer.beginArray()
    }

    public mutating func append(_ entry: CardListEntry) {
        writer.beginObject()
        writer.key(FieldName.cardNumber)
        writer.string(utf8: entry.card.digits)
        writer.field(FieldName.flag, entry.isListed ? 1 : 0)
        writer.endObject()
    }

    /// How much waits to be taken.
    public var pendingBytes: Int { writer.bytes.count }

    /// What has been written since the last call.
    public mutating func take() -> [UInt8] { writer.take() }

    /// Ends the document and hands over its last piece.
    public consuming func finish() -> [UInt8] {
        writer.endArray()
        writer.endObject()
        return writer.take()
    }
}
