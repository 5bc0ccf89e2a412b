import Base
import CLinux
import Testing

@testable import ScannerDecoders

@Suite("Keyboard-wedge scanner, key events to scans")
struct KeyboardWedgeDecoderTests {
    typealias Keys = ScannerKeystrokes

    var decoder = KeyboardWedgeDecoder(interKey: .milliseconds(200), maximumLength: 60)
    let ticket = "VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN"

    static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: 1_000_000_000 + milliseconds * 1_000_000) }

    func scan(_ text: String) -> ScannerOutput { .scan(Array(text.utf8)) }

    @Test("a ticket typed with Shift and ended by Enter is one scan")
    mutating func ticketScan() {
        #expect(decoder.decode(Keys.typed(ticket) + Keys.enter, now: Self.at(0)) == [scan(ticket)])
    }

    @Test("records may be split anywhere", arguments: 1...49)
    func split(size: Int) {
        var decoder = decoder
        let stream = Keys.typed("Ab9") + Keys.enter + Keys.typed("z") + Keys.enter
        var outputs: [ScannerOutput] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            outputs += decoder.decode(Array(stream[start..<min(start + size, stream.count)]), now: Self.at(Int64(start)))
        }
        #expect(outputs == [scan("Ab9"), scan("z")])
    }

    @Test("a scan of one character counts, an empty one does not")
    mutating func shortest() {
        #expect(decoder.decode(Keys.enter + Keys.typed("7") + Keys.enter + Keys.enter, now: Self.at(0)) == [scan("7")])
    }

    @Test(
        "every key of the US map",
        arguments: [
            (KEY_1, "1!"), (KEY_2, "2@"), (KEY_3, "3#"), (KEY_4, "4$"), (KEY_5, "5%"), (KEY_6, "6^"), (KEY_7, "7&"),
            (KEY_8, "8*"), (KEY_9, "9("), (KEY_0, "0)"), (KEY_MINUS, "-_"), (KEY_EQUAL, "=+"), (KEY_TAB, "\t\t"),
            (KEY_Q, "qQ"), (KEY_W, "wW"), (KEY_E, "eE"), (KEY_R, "rR"), (KEY_T, "tT"), (KEY_Y, "yY"), (KEY_U, "uU"),
            (KEY_I, "iI"), (KEY_O, "oO"), (KEY_P, "pP"), (KEY_LEFTBRACE, "[{"), (KEY_RIGHTBRACE, "]}"),
            (KEY_A, "aA"), (KEY_S, "sS"), (KEY_D, "dD"), (KEY_F, "fF"), (KEY_G, "gG"), (KEY_H, "hH"), (KEY_J, "jJ"),
            (KEY_K, "kK"), (KEY_L, "lL"), (KEY_SEMICOLON, ";:"), (KEY_APOSTROPHE, "'\""), (KEY_GRAVE, "`~"),
            (KEY_BACKSLASH, "\\|"), (KEY_Z, "zZ"), (KEY_X, "xX"), (KEY_C, "cC"), (KEY_V, "vV"), (KEY_B, "bB"),
            (KEY_N, "nN"), (KEY_M, "mM"), (KEY_COMMA, ",<"), (KEY_DOT, ".>"), (KEY_SLASH, "/?"), (KEY_SPACE, "  "),
            (KEY_KP0, "00"), (KEY_KP1, "11"), (KEY_KP2, "22"), (KEY_KP3, "33"), (KEY_KP4, "44"), (KEY_KP5, "55"),
            (KEY_KP6, "66"), (KEY_KP7, "77"), (KEY_KP8, "88"), (KEY_KP9, "99"), (KEY_KPDOT, ".."), (KEY_KPPLUS, "++"),
            (KEY_KPMINUS, "--"), (KEY_KPASTERISK, "**"), (KEY_KPSLASH, "//"), (KEY_KPEQUAL, "=="), (KEY_KPCOMMA, ",,"),
        ])
    func layout(key: Int32, text: String) {
        for shift in [KEY_LEFTSHIFT, KEY_RIGHTSHIFT] {
            var decoder = decoder
            let stream =
                Keys.stroke(key) + Keys.down(shift) + Keys.stroke(key) + Keys.up(shift) + Keys.typed("x")
                + Keys.stroke(KEY_KPENTER)
            #expect(decoder.decode(stream, now: Self.at(0)) == [scan(text + "x")])
        }
    }

    @Test("Caps Lock turns letters alone, and Shift turns them back")
    mutating func capsLock() {
        let stream = Keys.stroke(KEY_CAPSLOCK) + Keys.typed("a1B") + Keys.stroke(KEY_CAPSLOCK) + Keys.typed("a") + Keys.enter
        #expect(decoder.decode(stream, now: Self.at(0)) == [scan("A1ba")])
    }

    @Test("either Shift holds while the other is released")
    mutating func twoShifts() {
        let stream =
            Keys.down(KEY_LEFTSHIFT) + Keys.down(KEY_RIGHTSHIFT) + Keys.up(KEY_LEFTSHIFT) + Keys.stroke(KEY_A)
            + Keys.up(KEY_RIGHTSHIFT) + Keys.stroke(KEY_A) + Keys.enter
        #expect(decoder.decode(stream, now: Self.at(0)) == [scan("Aa")])
    }

    @Test("modifiers that the device reports count from the first key")
    mutating func heldAtOpening() {
        decoder.setModifiers([.leftShift, .capsLock])
        #expect(decoder.decode(Keys.stroke(KEY_A) + Keys.stroke(KEY_1) + Keys.enter, now: Self.at(0)) == [scan("a!")])
    }

    @Test("autorepeat types nothing")
    mutating func autorepeat() {
        let held = Keys.down(KEY_A) + Keys.record(type: EV_KEY, code: KEY_A, value: 2) + Keys.up(KEY_A)
        #expect(decoder.decode(held + Keys.enter, now: Self.at(0)) == [scan("a")])
    }

    @Test("keys that type nothing, and events that are no keys, leave the scan alone")
    mutating func others() {
        let stream =
            Keys.typed("a") + Keys.stroke(KEY_F5) + Keys.stroke(BTN_LEFT) + Keys.stroke(KEY_MAX)
            + Keys.record(type: EV_MSC, code: MSC_SCAN, value: 458_756) + Keys.record(type: EV_REL, code: 1, value: -1)
            + Keys.typed("b") + Keys.enter
        #expect(decoder.decode(stream, now: Self.at(0)) == [scan("ab")])
    }

    @Test("a pause in a scan drops what was typed before it, and an Enter that comes too late ends nothing")
    mutating func pause() {
        #expect(decoder.decode(Keys.typed("abc"), now: Self.at(0)) == [])
        #expect(decoder.decode(Keys.typed("d"), now: Self.at(199)) == [])
        #expect(decoder.nextDeadline == Self.at(399))
        #expect(decoder.timeOut(now: Self.at(398)) == [])
        #expect(
            decoder.timeOut(now: Self.at(399)) == [
                .dropped(reason: "4 characters, after which no key came for 200 ms (inter_key_ms)")
            ])
        #expect(decoder.nextDeadline == nil)
        #expect(decoder.decode(Keys.enter + Keys.typed("ef") + Keys.enter, now: Self.at(500)) == [scan("ef")])
    }

    @Test("an overlong scan is thrown away whole, and the next one counts")
    mutating func overlong() {
        let longest = String(repeating: "a", count: 60)
        #expect(decoder.decode(Keys.typed(longest) + Keys.enter, now: Self.at(0)) == [scan(longest)])
        let long = Keys.typed(String(repeating: "a", count: 4096)) + Keys.enter
        #expect(
            decoder.decode(long + Keys.typed("b") + Keys.enter, now: Self.at(0)) == [
                .dropped(reason: "60 characters, and the rest of a scan longer than that (max_length)"), scan("b"),
            ])
    }

    @Test("an overlong scan that never ends stops at the next pause")
    mutating func overlongWithoutEnd() {
        _ = decoder.decode(Keys.typed(String(repeating: "a", count: 99)), now: Self.at(0))
        #expect(decoder.timeOut(now: Self.at(200)) == [])
        #expect(decoder.decode(Keys.typed("b") + Keys.enter, now: Self.at(300)) == [scan("b")])
    }

    @Test("when the kernel lost events, the scan and the report that they belong to are dropped, and the keys asked anew")
    mutating func lostEvents() {
        let torn = Keys.record(type: EV_KEY, code: KEY_X, value: 1) + Keys.record(type: EV_KEY, code: KEY_LEFTSHIFT, value: 1)
        let stream = Keys.typed("abc") + Keys.lost + torn + Keys.report + Keys.typed("de") + Keys.enter
        #expect(
            decoder.decode(stream, now: Self.at(0)) == [
                .dropped(reason: "3 characters, since the kernel lost key events"), .modifiersWanted, scan("de"),
            ])
    }

    @Test("a record that was cut off does not shift all that follow")
    mutating func tornRecord() {
        _ = decoder.decode(Array(Keys.enter.prefix(11)), now: Self.at(0))
        #expect(decoder.timeOut(now: Self.at(200)) == [.dropped(reason: "11 bytes of a torn event record")])
        #expect(decoder.decode(Keys.typed("a") + Keys.enter, now: Self.at(300)) == [scan("a")])
    }

    @Test("arbitrary bytes never crash, and no scan is empty or too long", arguments: 0..<20)
    func arbitrary(seed: UInt64) {
        var decoder = decoder
        var state = seed &+ 0x9E37_79B9_7F4A_7C15
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        for step in 0..<300 {
            var bytes = (0..<random(120)).map { _ in UInt8(random(256)) }
            // Half of the time plausible records, so that the deeper states are reached.
            if step % 2 == 0 {
                bytes = Keys.record(type: Int32(random(3)), code: Int32(random(130)), value: Int32(random(3)))
            }
            for case .scan(let payload) in decoder.decode(bytes, now: Self.at(Int64(step * random(50)))) {
                #expect((1...60).contains(payload.count))
            }
        }
    }
}
