import ReaderDrivers
import ReaderEmulators
import Testing

@Suite("UHF reader stand-in")
struct UHFA0EmulatorTests {
    let uid = bytes("E2003412013F02000B5A1C22")

    @Test("it answers the published frames as the module they were taken from")
    func published() {
        var module = UHFA0Emulator()
        #expect(module.receive(bytes("A003FF72EC")) == bytes("A00501720109DE"))
        #expect(module.receive(bytes("A004017617CE")) == bytes("A004017610D5"))
        #expect(module.receive(bytes("A0030177E5")) == bytes("A004017717CD"))
        #expect(module.receive(bytes("A0110185000C11223344556677889900AABB5B")) == bytes("A004018510C6"))
        #expect(module.receive(bytes("A003FF70EE")) == [])
    }

    @Test("it does not listen to another's address")
    func address() {
        var module = UHFA0Emulator()
        #expect(module.receive(UHFA0Frame(address: 0x02, .getFirmwareVersion).bytes) == [])
    }

    @Test("a card that is placed is reported in each round, until it is removed")
    func card() {
        var module = UHFA0Emulator()
        #expect(module.place(uid: uid) == [])
        let round = module.receive(bytes("A004018901D1"))
        #expect(round.firstRange(of: uid) != nil)
        #expect(round.suffix(12) == bytes("A00A018900003200000001") + [0x99])
        module.removeCard()
        #expect(module.receive(bytes("A004018901D1")) == bytes("A00A018900003200000000") + [0x9A])
    }

    @Test("a UID of 12 bytes is the tag's TID, too; of another length it is the EPC alone")
    func identities() {
        var module = UHFA0Emulator()
        let read = UHFA0Frame(.read, [0x02, 0x00, 0x06]).bytes
        for uid in [uid, [0x12, 0x34]] {
            _ = module.place(uid: uid)
            _ = module.receive(UHFA0Frame(.setAccessEPCMatch, [0x00, UInt8(uid.count)] + uid).bytes)
            let content = module.receive(read)
            if uid.count == 12 {
                #expect(content.count == 4 + 3 + 2 + 12 + 2 + 12 + 3 + 1)
            } else {
                #expect(content == UHFA0Frame(address: 0x01, .read, [0x32]).bytes)
            }
        }
    }
}
