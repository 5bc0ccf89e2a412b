import Base
import CLinux
import TestSupport
import Testing

@testable import ScannerDecoders

@Suite("What scanners put around a code, in all three modes")
struct ScanFrameTests {
    typealias Keys = ScannerKeystrokes

    static func decoder(_ driver: ScannerDriver, terminator: String = "\r") -> any ScannerDecoder {
        var settings = ScannerSettings()
        settings.terminator = Array(terminator.utf8)
        return driver.makeDecoder(settings)
    }

    /// What comes of bytes, and of the pause after them.
    static func outputs(_ decoder: any ScannerDecoder, _ bytes: [UInt8]) -> [ScannerOutput] {
        var decoder = decoder
        let now = Instant(nanoseconds: 1_000_000_000)
        return decoder.decode(bytes, now: now) + decoder.timeOut(now: now + .seconds(1))
    }

    static func scans(_ texts: [String]) -> [ScannerOutput] { texts.map { .scan(Array($0.utf8)) } }

    @Test(
        "published scans are the codes that were printed, and nothing of them is dropped",
        arguments: [
            (ScannerDriver.evdev, "evdev-alt-numpad.bin", ["VT1AB2"]), (.evdev, "evdev-alt-gs.bin", ["VT1A\u{1D}B2"]),
            (.evdev, "evdev-ctrl-m-suffix.bin", ["VT1AB2"]), (.evdev, "evdev-enter-ctrl-j.bin", ["VT1AB2", "VT1AB2"]),
            (.evdev, "evdev-stx-etx.bin", ["VT1AB2"]), (.hidraw, "hidpos-crlf.bin", ["VT1AB2"]),
            (.serial, "serial-aim.bin", ["VT1AB2"]), (.serial, "serial-eci.bin", ["VT1AB2"]),
            (.serial, "serial-stx-etx.bin", ["VT1AB2"]),
        ])
    func published(driver: ScannerDriver, name: String, texts: [String]) throws {
        let bytes = try DeviceInput.bytes(name)
        #expect(Self.outputs(Self.decoder(driver), bytes) == Self.scans(texts))
    }

    static let codes: [(scan: String, code: String)] = [
        ("VT1AB2", "VT1AB2"), ("\u{2}VT1AB2\u{3}", "VT1AB2"), ("VT1AB2\u{3}", "VT1AB2"), ("VT1AB2\t", "VT1AB2"),
        ("VT1AB2\r\n", "VT1AB2"), ("VT1AB2\t\r\n", "VT1AB2"), ("\u{2}]Q1VT1AB2\u{3}\r\n", "VT1AB2"),
        ("]Q0VT1AB2", "VT1AB2"), ("]Q1VT1AB2", "VT1AB2"), ("]Q2\\000026VT1AB2", "VT1AB2"), ("]Q6VT1AB2", "VT1AB2"),
        ("\\000026VT1AB2", "VT1AB2"), ("\\000003VT1AB2", "VT1AB2"), ("VT1\u{1D}AB2\r", "VT1\u{1D}AB2"),
        // What only looks like it.
        ("]Q7VT1AB2", "]Q7VT1AB2"), ("]C1VT1AB2", "]C1VT1AB2"), ("\\00002VT1AB2", "\\00002VT1AB2"), ("VT1]Q1", "VT1]Q1"),
        ("VT1\tAB2", "VT1\tAB2"), ("]Q1", "]Q1"), ("\\000026", "\\000026"), ("]Q1\\000026", "]Q1\\000026"),
    ]

    @Test("a frame is no part of the code, whatever the mode", arguments: codes)
    func frames(scan: String, code: String) throws {
        let expected = Self.scans([code])
        let bytes = Array(scan.utf8)
        #expect(Self.outputs(Self.decoder(.serial), bytes + [0x0D]) == expected)
        #expect(Self.outputs(Self.decoder(.serial, terminator: ""), bytes) == expected)
        let report = [2, UInt8(bytes.count), 0, 0, 0] + bytes + [UInt8](repeating: 0, count: 59 - bytes.count)
        #expect(Self.outputs(Self.decoder(.hidraw), report) == expected)
        #expect(Self.outputs(Self.decoder(.evdev), Keys.typedAsASCII(scan) + Keys.enter) == expected)
    }

    @Test("a scan whose suffix is another than the usual one is whole after a pause", arguments: ["\t", "\u{3}", "\t\u{3}"])
    func otherSuffix(suffix: String) {
        for (driver, bytes) in [
            (ScannerDriver.serial, Array("VT1AB2\(suffix)".utf8)), (.evdev, Keys.typedAsASCII("VT1AB2\(suffix)")),
        ] {
            #expect(Self.outputs(Self.decoder(driver), bytes) == Self.scans(["VT1AB2"]))
        }
    }

    @Test("codes of any bytes keep all of them")
    func binary() {
        for code in [[0x02, 0x80, 0x03], [0x02, 0x01, 0x0A], [0x80, 0x0D, 0x0A], [0xFF, 0x09]] as [[UInt8]] {
            #expect(Self.outputs(Self.decoder(.serial, terminator: ""), code) == [.scan(code)])
        }
    }

    @Test("a frame without a code is no scan", arguments: ["\u{2}\u{3}", "\t", "\r\n", "\u{2}"])
    func empty(scan: String) {
        #expect(Self.outputs(Self.decoder(.serial), Array(scan.utf8) + [0x0D]).isEmpty)
        #expect(Self.outputs(Self.decoder(.evdev), Keys.typedAsASCII(scan) + Keys.enter).isEmpty)
    }

    // MARK: Keys that type what has no key

    @Test("Ctrl with a letter or a sign is a control character, with either Ctrl key")
    func control() {
        let signs: [(Int32, UInt8)] = [
            (KEY_A, 0x01), (KEY_H, 0x08), (KEY_Z, 0x1A), (KEY_LEFTBRACE, 0x1B), (KEY_BACKSLASH, 0x1C), (KEY_RIGHTBRACE, 0x1D),
            (KEY_6, 0x1E), (KEY_MINUS, 0x1F), (KEY_2, 0x00),
        ]
        for (key, byte) in signs {
            for control in [KEY_LEFTCTRL, KEY_RIGHTCTRL] {
                let keys =
                    Keys.typed("a") + Keys.down(control) + Keys.stroke(key) + Keys.up(control) + Keys.typed("b") + Keys.enter
                #expect(Self.outputs(Self.decoder(.evdev), keys) == [.scan([0x61, byte, 0x62])])
            }
        }
        let nothing = Keys.typed("a") + Keys.down(KEY_LEFTCTRL) + Keys.stroke(KEY_9) + Keys.up(KEY_LEFTCTRL) + Keys.enter
        #expect(Self.outputs(Self.decoder(.evdev), nothing) == Self.scans(["a"]))
    }

    @Test(
        "Alt over digits of the keypad is the byte of that number",
        arguments: [
            ("65", [0x41]), ("065", [0x41]), ("0065", [0x41]), ("029", [0x1D]), ("0233", [0xE9]), ("255", [0xFF]),
            ("52946", [0xCE, 0xD2]),
        ] as [(String, [UInt8])])
    func alt(number: String, bytes: [UInt8]) {
        for alt in [KEY_LEFTALT, KEY_RIGHTALT] {
            let keys = Keys.typed("x") + Keys.withAlt(number, alt) + Keys.typed("7") + Keys.enter
            #expect(Self.outputs(Self.decoder(.evdev), keys) == [.scan([0x78] + bytes + [0x37])])
        }
        let ending = Keys.typed("x") + Keys.withAlt("013", KEY_LEFTALT)
        #expect(Self.outputs(Self.decoder(.evdev), ending) == Self.scans(["x"]))
    }
}

extension ScannerKeystrokes {
    /// Digits of the keypad while Alt is held.
    static func withAlt(_ digits: String, _ alt: Int32) -> [UInt8] {
        let keypad = [KEY_KP0, KEY_KP1, KEY_KP2, KEY_KP3, KEY_KP4, KEY_KP5, KEY_KP6, KEY_KP7, KEY_KP8, KEY_KP9]
        return down(alt) + digits.flatMap { stroke(keypad[$0.wholeNumberValue ?? 0]) } + up(alt)
    }

    /// Each character as Alt and its number, as scanners do that are set to any country's keyboard.
    static func typedAsASCII(_ text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { withAlt("0\($0.value)", KEY_LEFTALT) }
    }
}
