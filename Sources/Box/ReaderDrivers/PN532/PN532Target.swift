/// What a response to InListPassiveTarget says (NXP UM0701-02, section 7.3.5).
enum PN532Target: Hashable, Sendable {
    case emptyField
    /// A type A card's UID of 4, 7 or 10 bytes.
    case card(uid: [UInt8])
    /// The chip has found something that has no whole UID.
    case unreadable

    /// Bit of SEL_RES by which a card says that its UID goes on (ISO/IEC 14443-3, section 6.5.3.4).
    private static let cascadeBit: UInt8 = 0x04
    /// What stands before each part of a longer UID but the last.
    private static let cascadeTag: UInt8 = 0x88

    /// Nil when `data`, which follows the response code, is no such response. What the chip says of a card comes from the card: it
    /// may be nonsense without any fault of the chip's.
    init?(_ data: ArraySlice<UInt8>) {
        guard let count = data.first else { return nil }
        guard count > 0 else {
            self = .emptyField
            return
        }
        // Count, target number, SENS_RES (2), SEL_RES, UID length, UID; an ATS may follow.
        let answer = data.dropFirst(4)
        let rest = answer.dropFirst()
        if let selection = answer.first, let length = rest.first, rest.count > Int(length),
            let uid = Self.uid(Array(rest.dropFirst().prefix(Int(length))), goesOn: selection & Self.cascadeBit != 0)
        {
            self = .card(uid: uid)
        } else {
            self = .unreadable
        }
    }

    /// The UID without the cascade tags, which some firmware leaves in.
    ///
    /// - Parameter goesOn: a UID of four bytes is the first part of a longer one, whose rest was not read. Only this tells: a whole
    ///   one may begin with the byte that is the cascade tag elsewhere.
    private static func uid(_ bytes: [UInt8], goesOn: Bool) -> [UInt8]? {
        switch bytes.count {
        case 4: goesOn ? nil : bytes
        case 7, 10: bytes
        case 8: bytes[0] == cascadeTag ? Array(bytes[1...]) : nil
        case 12: bytes[0] == cascadeTag && bytes[4] == cascadeTag ? Array(bytes[1...3] + bytes[5...]) : nil
        default: nil
        }
    }
}
