import Testing

@testable import ReaderDrivers

@Suite("A0 answers")
struct UHFA0AnswerTests {
    @Test(
        "a report's EPC is as long as its protocol control word says",
        arguments: [
            ("04 3000 E20030166613012115 5074EF 45", "E20030166613012115 5074EF"),
            ("8C 3000 300833B2DDD9014000000001 37", "300833B2DDD9014000000001"),
            ("D4 3000 E2004074850A0103169067DD 2F", "E2004074850A0103169067DD"),
            // User memory is announced in the same byte; the phase follows the signal strength.
            ("14 3400 11223344556677889900AABB 60 01B9", "11223344556677889900AABB"),
            ("04 0800 1234 45", "1234"),
            ("04 0000 45", ""),
        ])
    func report(data: String, epc: String) {
        #expect(UHFA0InventoryAnswer(bytes(data)) == .tag(epc: bytes(epc)))
    }

    @Test("the longest EPC has 62 bytes")
    func longest() {
        let epc = [UInt8](repeating: 0x5A, count: 62)
        #expect(UHFA0InventoryAnswer([0x04, 0xF8, 0x00] + epc + [0x45]) == .tag(epc: epc))
    }

    @Test("seven bytes end a round, and one byte is a status")
    func ends() {
        #expect(UHFA0InventoryAnswer(bytes("00 0011 00000005")) == .endOfRound)
        #expect(UHFA0InventoryAnswer([0x22]) == .status(.antennaMissing))
        #expect("\(UHFA0Status.antennaMissing)" == "antenna missing")
        #expect("\(UHFA0Status(rawValue: 0x99))" == "error 99")
    }

    @Test("a report whose lengths disagree is none", arguments: ["", "0022", "043000", "04 3000 E200 45", "04 1000 1234 45"])
    func tornReport(data: String) {
        #expect(UHFA0InventoryAnswer(bytes(data)) == nil)
    }

    /// What a CZS6147 answered to a read of 14 bytes of its EPC bank.
    static let read = bytes("0001 1E 3000E20000191105010711105125C5A9 3000E20000191105010711105125 0E 14 01")

    @Test("a read brings the tag's EPC and what was read")
    func memory() {
        #expect(
            UHFA0ReadAnswer(Self.read)
                == .memory(epc: bytes("E20000191105010711105125"), content: bytes("3000E20000191105010711105125"), count: 1))
        #expect(UHFA0ReadAnswer([0x36]) == .status(.noTag))
    }

    @Test("a read whose lengths disagree is none")
    func tornRead() {
        for count in [0] + Array(2..<Self.read.count) { #expect(UHFA0ReadAnswer(Array(Self.read.prefix(count))) == nil) }
        for index in [2, 3, Self.read.count - 3] {
            var data = Self.read
            data[index] ^= 0x18
            #expect(UHFA0ReadAnswer(data) == nil)
        }
    }
}
