import Base
import Fares
import Testing

@Suite("Card numbers")
struct CardNumberTests {
    @Test(
        "keep leading zeros, ignore case, and hold nothing but hexadecimal digits",
        arguments: [
            ("00065537", "00065537"), ("04a2b3c4d5e680", "04A2B3C4D5E680"), ("0", "0"),
            ("E20034120614141100734886", "E20034120614141100734886"),
        ])
    func text(given: String, expected: String) throws {
        #expect(try #require(CardNumber(given)).description == expected)
    }

    @Test("refuse what is no number", arguments: ["", " ", "0006553G", "12 34", "é", String(repeating: "1", count: 31)])
    func refused(text: String) {
        #expect(CardNumber(text) == nil)
    }

    @Test(
        "pack into 8 bytes as the ticket layout has it",
        arguments: [
            ("00065537", 0x8000_6553_7000_0000), ("04A2B3C4D5E680", 0xE04A_2B3C_4D5E_6800), ("F", 0x1F00_0000_0000_0000),
            ("123456789ABCDEF", 0xF123_4567_89AB_CDEF),
        ] as [(String, UInt64)])
    func packed(text: String, expected: UInt64) throws {
        #expect(CardNumber(text)?.short == expected)
        #expect(CardNumber(short: expected)?.description == text)
    }

    @Test("of more than 15 digits do not pack into 8 bytes")
    func long() {
        #expect(CardNumber("1234567890ABCDEF")?.short == nil)
    }

    @Test(
        "are not unpacked from bytes that no number packs into",
        arguments: [0, 0x0123, 0x1F10_0000_0000_0000, 0x8000_6553_7000_0001] as [UInt64])
    func notPacked(short: UInt64) {
        #expect(CardNumber(short: short) == nil)
    }

    @Test("of different length are different, whatever their value")
    func lengthCounts() {
        #expect(CardNumber("065537") != CardNumber("00065537"))
        #expect(CardNumber("1") != CardNumber("10"))
    }

    @Test("survive packing at every length and in random digits")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<5000 {
            let count = Int.random(in: 1...30, using: &random)
            let text = String((0..<count).map { _ in "0123456789ABCDEF".randomElement(using: &random)! })
            let number = try #require(CardNumber(text))
            #expect(number.description == text)
            if let short = number.short { #expect(CardNumber(short: short) == number) }
            #expect((number.short != nil) == (count <= 15))
        }
    }

    @Test("show only their last digits in a log")
    func masked() {
        #expect(CardNumber("00065537")?.masked == "****5537")
        #expect(CardNumber("537")?.masked == "****7")
    }
}

@Suite("Card number profiles")
struct CardNumberProfileTests {
    /// The published vector for UID 5630F009.
    @Test(
        "give the numbers that cards of this UID carry in print",
        arguments: [
            (CardNumberProfile.hex, "5630F009"), (.hexReversed, "09F03056"), (.decimal10, "1446047753"), (.decimal8, "08612528"),
        ])
    func vector(profile: CardNumberProfile, expected: String) {
        #expect(profile.number(uid: [0x56, 0x30, 0xF0, 0x09])?.description == expected)
    }

    @Test("print a 125 kHz tag's last three bytes")
    func tag() {
        #expect(CardNumberProfile.decimal8.number(uid: [0x05, 0x00, 0x20, 0x7B, 0x32])?.description == "03231538")
    }

    @Test("keep leading zeros")
    func zeros() {
        #expect(CardNumberProfile.decimal10.number(uid: [0, 0, 0, 1])?.description == "0000000001")
        #expect(CardNumberProfile.hex.number(uid: [0, 0x06, 0x55, 0x37])?.description == "00065537")
    }

    @Test("refuse a UID that they have no number for")
    func refused() {
        #expect(CardNumberProfile.hex.number(uid: []) == nil)
        #expect(CardNumberProfile.decimal10.number(uid: [1, 2, 3]) == nil)
        #expect(CardNumberProfile.hex.number(uid: Array(repeating: 1, count: 16)) == nil)
    }
}
