/// One frame of the A0 protocol, in either direction ("UHF RFID Reader Serial Interface Protocol" V3.7, section 1):
/// `A0`, the count of what follows, address, command, data, and a byte that makes the sum of all bytes zero.
public struct UHFA0Frame: Hashable, Sendable {
    /// Every reader listens to this address, and none answers from it.
    public static let publicAddress: UInt8 = 0xFF
    /// The most data in a frame that the box sends or asks for: the answer to a read, with an EPC of 62 bytes, the
    /// longest there is, and a TID of 12.
    public static let maximumDataLength = 84

    public var address: UInt8
    public var command: UHFA0Command
    public var data: [UInt8]

    public init(address: UInt8 = publicAddress, _ command: UHFA0Command, _ data: [UInt8] = []) {
        precondition(data.count <= Self.maximumDataLength, "a frame carries at most \(Self.maximumDataLength) bytes")
        self.address = address
        self.command = command
        self.data = data
    }

    /// The frame as it goes over the line.
    public var bytes: [UInt8] {
        let content = [0xA0, UInt8(data.count + 3), address, command.rawValue] + data
        return content + [0 &- content.reduce(0, &+)]
    }
}
