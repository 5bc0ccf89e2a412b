import Base
import Testing

@testable import ScannerDecoders

/// The transport ministry's codes are bytes of any value, and say their length themselves.
@Suite("Binary codes, to the last byte")
struct BinaryCodeTests {
    /// A code of the ministry's form; between its marks every value of a byte, line ends and terminators among them.
    private static func code(count: Int, startingAt first: Int = 0) -> [UInt8] {
        let body = (4..<count).map { UInt8(truncatingIfNeeded: first + $0 * 7) }
        return [0x81, UInt8((count - 3) >> 8), UInt8((count - 3) & 0xFF), 0x24] + body
    }

    static let codes = [332, 343, 364].map { code(count: $0) } + (0..<4).map { code(count: 350, startingAt: $0 * 50) }

    private static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: 1_000_000_000 + milliseconds * 1_000_000) }

    private static func serial(_ terminator: String = "\r") -> SerialLineDecoder {
        SerialLineDecoder(terminator: Array(terminator.utf8), interCharacter: .milliseconds(200), maximumLength: 1024)
    }

    /// What comes of bytes that are read in pieces, and of the pause behind them.
    private static func outputs(_ decoder: some ScannerDecoder, _ bytes: [UInt8], by size: Int = 17) -> [ScannerOutput] {
        var decoder = decoder
        var outputs: [ScannerOutput] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            outputs += decoder.decode(Array(bytes[start...].prefix(size)), now: at(Int64(start)))
        }
        return outputs + decoder.timeOut(now: at(10_000))
    }

    // MARK: Serial

    @Test("over a serial line no byte within the stated length is a terminator", arguments: codes, ["\r", "\r\n", "#", ""])
    func withinLength(code: [UInt8], terminator: String) {
        let decoder = Self.serial(terminator)
        #expect(Self.outputs(decoder, code + Array(terminator.utf8)) == [.scan(code)])
        #expect(Self.outputs(decoder, code + code + Array("\r\n".utf8)) == [.scan(code), .scan(code)])
        #expect(Self.outputs(decoder, Array("]Q1".utf8) + code + Array(terminator.utf8), by: 1) == [.scan(code)])
        #expect(Self.outputs(decoder, [0x02] + code + [0x03] + Array(terminator.utf8)).first == .scan(code))
    }

    @Test("it is told with its last byte, without a wait for a terminator or a pause")
    func atOnce() {
        var decoder = Self.serial()
        #expect(decoder.decode(Self.codes[0].dropLast(), now: Self.at(0)).isEmpty)
        #expect(decoder.decode([Self.codes[0][331]], now: Self.at(1)) == [.scan(Self.codes[0])])
        #expect(decoder.decode(Array("\rVT1AB\r".utf8), now: Self.at(2)) == [.scan(Array("VT1AB".utf8))])
    }

    @Test(
        "one that falls short is told after a pause, as it is: its rider is refused and not left waiting",
        arguments: [4, 5, 100, 331])
    func cutOff(count: Int) {
        let part = Array(Self.codes[0].prefix(count))
        #expect(Self.outputs(Self.serial(), part) == [.scan(part)])
    }

    @Test("bytes that state another length, or none, end at a terminator as ever")
    func others() {
        let short = [0x81, 0x00, 0x20, 0x24] + Array("abc".utf8)
        #expect(
            Self.outputs(Self.serial(), short + [0x0D] + [0x80, 0x01, 0x49, 0x25, 0x0D]) == [
                .scan(short), .scan([0x80, 1, 0x49, 0x25]),
            ])
    }

    // MARK: HID-POS

    @Test("as HID-POS reports, with and without a suffix", arguments: codes)
    func reports(code: [UInt8]) {
        let decoder = HIDPOSDecoder(interReport: .milliseconds(200), maximumLength: 1024, suffix: [0x0D])
        for suffix in [[], [0x0D], [0x0D, 0x0A], [0x03]] as [[UInt8]] {
            let reports = HIDPOSDecoderTests.reports(code + suffix).flatMap { $0 }
            #expect(Self.outputs(decoder, reports, by: 64) == [.scan(code)])
        }
    }

    @Test("zeros at the end of a report that says no length are the code's, up to the length that it states")
    func zeros() throws {
        var code = Self.codes[0]
        for index in [50, 51, 52, 53, 54, 55, 330, 331] { code[index] = 0 }
        let layout = HIDPOSLayout(
            reportID: nil, lengthOffset: nil, dataOffset: 0, dataCapacity: 56, continuedOffset: 63, continuedMask: 0xFF)
        var decoder = HIDPOSDecoder(interReport: .milliseconds(200), maximumLength: 1024, suffix: [])
        decoder.layouts = [layout]
        let reports = stride(from: 0, to: code.count, by: 56).flatMap { start -> [UInt8] in
            let part = Array(code[start...].prefix(56))
            return part + [UInt8](repeating: 0, count: 63 - part.count) + [start + 56 < code.count ? 1 : 0]
        }
        #expect(Self.outputs(decoder, reports, by: 64) == [.scan(code)])
    }

    // MARK: Keyboard

    private func typed(_ code: [UInt8]) -> [ScannerOutput] {
        var decoder = KeyboardWedgeDecoder(interKey: .milliseconds(200), maximumLength: 1024)
        return code.split(separator: 0x0D).flatMap {
            decoder.decode(ScannerKeystrokes.typed($0) + ScannerKeystrokes.enter, now: Self.at(0))
        }
    }

    private func isAdvice(_ output: ScannerOutput) -> Bool { if case .advice = output { true } else { false } }

    @Test("what a keyboard makes of one is told to a technician, whatever the scanner cannot type", arguments: codes)
    func garbled(code: [UInt8]) {
        #expect(typed(code).contains(where: isAdvice), "control characters with Ctrl, high bytes with Alt")
        #expect(typed(code.filter { $0 < 0x80 }).contains(where: isAdvice))
        #expect(typed(code.filter { (0x20..<0x7F).contains($0) }).contains(where: isAdvice))
        #expect(typed(code.filter { $0 >= 0x20 && $0 != 0x7F }).contains(where: isAdvice))
    }

    @Test(
        "ordinary texts are not garbled",
        arguments: [
            "VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN", "https://example.com/t?a=1&b=$c", "I$",
            "a$ is not much, is it",
            "i$abcdefghijklmnopqrstuvwxyz0123456789", "交通一卡通", "{\"k\":[1,2]}", "A\u{1D}B\u{1E}C", "\tx\t",
        ])
    func ordinary(text: String) {
        #expect(!typed(Array(text.utf8)).contains(where: isAdvice))
    }

    @Test("base64 of the longest code, as one text, comes whole from a keyboard", arguments: codes)
    func base64Text(code: [UInt8]) {
        let text = Array(base64(code).utf8)
        #expect((444...488).contains(text.count))
        let settings = ScannerSettings()
        var decoder = KeyboardWedgeDecoder(interKey: settings.interKey, maximumLength: settings.maximumLength)
        #expect(decoder.decode(ScannerKeystrokes.typed(text[...]) + ScannerKeystrokes.enter, now: Self.at(0)) == [.scan(text)])
    }
}
