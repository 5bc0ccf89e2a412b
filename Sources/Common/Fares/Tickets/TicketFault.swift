public enum TicketFault: Error, Hashable, Sendable {
    case malformed
    case unknownKey
    case forged
}
