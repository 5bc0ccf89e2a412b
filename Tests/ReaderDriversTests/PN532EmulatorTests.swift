import ReaderDrivers
import ReaderEmulators
import Testing

@Suite("PN532 stand-in")
struct PN532EmulatorTests {
    let poll = PN532Frame.information(.toChip, [0x4A, 0x01, 0x00]).bytes
    let target = PN532Frame.information(.toHost, [0x4B, 1, 1, 0x00, 0x04, 0x08, 4, 1, 2, 3, 4]).bytes

    @Test("a poll waits for a card until retries are limited, and a card that comes answers it at once")
    func waitingPoll() {
        var chip = PN532Emulator()
        #expect(chip.receive(poll) == PN532Frame.acknowledge.bytes)
        #expect(chip.place(uid: [1, 2, 3, 4]) == target)
        #expect(chip.receive(poll) == PN532Frame.acknowledge.bytes + target)
    }

    @Test("a poll with limited retries tells an empty field")
    func limitedRetries() {
        var chip = PN532Emulator()
        _ = chip.receive(PN532Frame.information(.toChip, [0x32, 0x05, 0xFF, 0x01, 0x02]).bytes)
        #expect(chip.receive(poll) == PN532Frame.acknowledge.bytes + PN532Frame.information(.toHost, [0x4B, 0]).bytes)
        #expect(chip.place(uid: [1, 2, 3, 4]) == [])
        chip.removeCard()
        #expect(chip.receive(poll) == PN532Frame.acknowledge.bytes + PN532Frame.information(.toHost, [0x4B, 0]).bytes)
    }

    @Test("the host's ACK ends a wait")
    func abort() {
        var chip = PN532Emulator()
        _ = chip.receive(poll)
        #expect(chip.receive(PN532Frame.acknowledge.bytes) == [])
        #expect(chip.place(uid: [1, 2, 3, 4]) == [])
    }

    @Test("an unknown command is refused with an error frame")
    func unknownCommand() {
        var chip = PN532Emulator()
        let nonsense = PN532Frame.information(.toChip, [0x99]).bytes
        #expect(chip.receive(nonsense) == PN532Frame.acknowledge.bytes + PN532Frame.error.bytes)
    }
}
