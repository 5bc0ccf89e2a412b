/// What a response to InListPassiveTarget says (NXP UM0701-02, section 7.3.5).
enum PN532Target: Hashable, Sendable {
    case emptyField
    /// A type A card's UID of 4, 7 or 10 bytes.
    case card(uid: [UInt8])

    /// Nil when `data`, which follows the response code, is not such a response.
    init?(_ data: ArraySlice<UInt8>) {
        guard let count = data.first else { return nil }
        guard count > 0 else {
            self = .emptyField
            return
        }
        // Count, target number, SENS_RES (2), SEL_RES, UID length, UID; an ATS may follow.
        let rest = data.dropFirst(5)
        guard let length = rest.first, rest.count > Int(length), let uid = Self.uid(rest.dropFirst().prefix(Int(length)))
        else { return nil }
        self = .card(uid: uid)
    }

    /// The UID without the cascade tags (ISO/IEC 14443-3: 88, before each part but the last), which some firmware leaves in.
    private static func uid(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        let uid = Array(bytes)
        switch uid.count {
        // A single-size UID never begins with the cascade tag: such a one is the torn half of a longer one.
        case 4: return uid[0] == 0x88 ? nil : uid
        case 7, 10: return uid
        case 8: return uid[0] == 0x88 ? Array(uid[1...]) : nil
        case 12: return uid[0] == 0x88 && uid[4] == 0x88 ? Array(uid[1...3] + uid[5...]) : nil
        default: return nil
        }
    }
}
