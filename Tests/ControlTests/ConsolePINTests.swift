import Base
import Cryptography
import Glibc
import TestSupport
import Testing

@testable import validatorctl

@Suite("the console's PIN")
struct ConsolePINTests {
    private let pin = StoredPIN("4711", salt: Array(repeating: 7, count: 16), iterations: 10)

    private func bench(_ counter: PINFailures = PINFailures(path: nil)) -> ConsoleBench {
        ConsoleBench(access: .gate(PINGate(pin, counter: counter, at: Instant(nanoseconds: 0))))
    }

    /// What takes data away or changes the box, by its keys on a bench with a stick, and what is asked then without a PIN.
    nonisolated static let steps: [(keys: String, action: [ConsoleModel.Action])] = [
        ("4r", []), ("5s", [.ask(.sync(full: false))]), ("5f", []), ("91", []), ("dw", []), ("rr", []), ("3p", []),
        ("d1", [.ask(.writeReport(path: "/media/s"))]), ("4c1", [.ask(.collect(folder: "/media/s"))]), ("h1", []),
    ]

    /// The stick is there as soon as a page shows the media.
    private func press(_ keys: String, on bench: ConsoleBench) -> [ConsoleModel.Action] {
        keys.flatMap { key in
            bench.model.received(.media(["/media/s"]))
            return bench.press(String(key))
        }
    }

    @Test("the pages of the status are open to everybody, and none of them is locked with no PIN set")
    func open() {
        for access in [PINAccess.closed, .gate(PINGate(pin, at: Instant(nanoseconds: 0)))] {
            for (key, screen) in ConsolePages.menu {
                let bench = ConsoleBench(access: access)
                bench.press(String(key))
                #expect(bench.model.screen == screen && bench.model.entry == nil)
            }
            let bench = ConsoleBench(access: access)
            #expect(bench.press("8t") == [.ask(.startSelfTest)])
        }
    }

    @Test(
        "what takes data away or changes the box asks for the PIN first, shows nothing of it, and then goes on", arguments: steps)
    func locked(keys: String, action: [ConsoleModel.Action]) {
        let bench = bench()
        #expect(press(keys, on: bench).isEmpty)
        #expect(bench.page.contains("PIN: "), "\(keys)")
        #expect(bench.press("47").isEmpty)
        #expect(bench.page.contains("PIN: **") && !bench.page.contains("47"))
        bench.press(.escape)
        #expect(bench.model.entry == nil && !bench.model.isUnlocked)
        let last = String(keys.suffix(1))
        bench.press(last)
        #expect(bench.press("4711\n") == [.tell(.pinAccepted, failures: 0)] + action)
        #expect(bench.model.isUnlocked)
        if keys == "3p" { #expect(bench.model.screen == .probe) } else { #expect(action.isEmpty == (bench.model.entry != nil)) }
    }

    @Test("without a PIN where one is required these are locked, and it is told how to set one", arguments: steps)
    func closed(keys: String, action: [ConsoleModel.Action]) {
        let bench = ConsoleBench(access: .closed)
        #expect(press(keys, on: bench).isEmpty)
        #expect(bench.model.screen == .closed && bench.model.entry == nil)
        #expect(bench.page.contains("console_pin") && bench.page.contains("--set-pin"))
        bench.press("q")
        #expect(bench.model.screen == .menu)
    }

    @Test("once typed the PIN holds, but for a collection and a handover, which ask each time")
    func again() {
        let bench = bench()
        _ = press("914711\n", on: bench)
        #expect(bench.press("5\n") == [.ask(.set(key: "gps.report_interval_s", value: "5"))])
        #expect(bench.press("q5s") == [.ask(.sync(full: false))])
        _ = press("q4c1", on: bench)
        #expect(bench.page.contains("PIN: "))
        #expect(bench.press("4711\n").contains(.ask(.collect(folder: "/media/s"))))
        _ = press("1", on: bench)
        #expect(bench.page.contains("PIN: "))
        bench.press(.escape)
        _ = press("qqh1", on: bench)
        #expect(bench.page.contains("PIN: "))
        #expect(bench.press("4711\ny").contains(.ask(.handOver(folder: "/media/s"))))
    }

    @Test("two minutes without a key take the rights away, and with them what was being typed and the page of card numbers")
    func idle() {
        let bench = bench()
        bench.press("3p4711\n")
        #expect(bench.model.screen == .probe)
        _ = bench.tick(after: ConsoleModel.lockTime - .seconds(1))
        #expect(bench.model.isUnlocked)
        bench.press(.up)
        _ = bench.tick(after: ConsoleModel.lockTime)
        #expect(!bench.model.isUnlocked && bench.model.screen == .readers)
        bench.press("qrr4711\n")
        #expect(bench.page.contains("y/n"))
        bench.now = bench.now + ConsoleModel.lockTime
        #expect(bench.press("y").isEmpty)
        #expect(!bench.model.isUnlocked && bench.model.entry == nil)
    }

    @Test("after a wrong PIN even the right one must wait, longer each time, and each is told to the log")
    func waiting() {
        let bench = bench()
        #expect(bench.press("rr0000\n") == [.tell(.wrongPIN, failures: 1)])
        #expect(bench.page.contains("wrong PIN"))
        #expect(bench.press("4711\n").isEmpty)
        #expect(bench.page.contains("wait"))
        bench.now = bench.now + PINGate.firstPause
        #expect(bench.press("0001\n") == [.tell(.wrongPIN, failures: 2)])
        bench.now = bench.now + PINGate.firstPause
        #expect(bench.press("4711\n").isEmpty)
        bench.now = bench.now + PINGate.firstPause
        #expect(bench.press("4711\n") == [.tell(.pinAccepted, failures: 2)])
    }

    @Test("the pause ends at five minutes")
    func bounds() {
        var now = Instant(nanoseconds: 0)
        var gate = PINGate(pin, at: now)
        for _ in 0..<40 {
            let isOpen = gate.tries("x", at: now)
            #expect(!isOpen)
            now = now + (gate.wait(at: now) ?? .zero)
        }
        let isOpen = gate.tries("x", at: now)
        #expect(!isOpen)
        #expect(gate.wait(at: now) == PINGate.longestPause)
    }

    @Test("whoever restarts the console or the box waits as before, and the right PIN ends it")
    func restarts() throws {
        let folder = TemporaryFolder()
        let counter = PINFailures(path: "\(folder.path)/failures")
        var now = Instant(nanoseconds: 0)
        for failures in 1...4 {
            var gate = PINGate(pin, counter: counter, at: now)
            now = now + (gate.wait(at: now) ?? .zero)
            let isOpen = gate.tries("0000", at: now)
            #expect(!isOpen && counter.read() == failures)
        }
        var gate = PINGate(pin, counter: counter, at: now)
        #expect(gate.wait(at: now) == .seconds(8))
        let isTooEarly = gate.tries("4711", at: now)
        let isOpen = gate.tries("4711", at: now + .seconds(8))
        #expect(!isTooEarly && isOpen)
        #expect(counter.read() == 0 && PINGate(pin, counter: counter, at: now).wait(at: now) == nil)
    }

    @Test("consoles on several lines wait together: one PIN is compared, whichever it is typed at")
    func together() throws {
        let folder = TemporaryFolder()
        let counter = PINFailures(path: "\(folder.path)/failures")
        let now = Instant(nanoseconds: 0)
        var gates = (0..<6).map { _ in PINGate(pin, counter: counter, at: now) }
        for index in gates.indices {
            let isOpen = gates[index].tries(index == 0 ? "0000" : "4711", at: now)
            #expect(!isOpen && gates[index].wait(at: now) == PINGate.firstPause)
        }
        #expect(counter.read() == 1)
        let isOpen = gates[5].tries("4711", at: now + PINGate.firstPause)
        #expect(isOpen && counter.read() == 0)
    }

    @Test("a count that cannot be kept, or was damaged, costs the longest wait", arguments: ["", "x", "-1\n", "9999999999\n"])
    func damagedCount(content: String) throws {
        let folder = TemporaryFolder()
        let now = Instant(nanoseconds: 0)
        let damaged = PINFailures(path: try folder.write("failures", content))
        #expect(PINGate(pin, counter: damaged, at: now).wait(at: now) == PINGate.longestPause)
        var gate = PINGate(pin, counter: PINFailures(path: "\(folder.path)/none/failures"), at: now)
        let isOpen = gate.tries("0000", at: now)
        #expect(!isOpen && gate.wait(at: now) == PINGate.longestPause)
        unsafe symlink("/dev/null", "\(folder.path)/link")
        #expect(!PINFailures(path: "\(folder.path)/link").keep(3))
    }

    @Test(
        "a PIN that nobody could type is refused when it is made, with a word",
        arguments: [
            "12\u{7}34", "1234\t", "\u{0}1234", "1234\u{7F}", "12\u{200B}34", "12\u{202E}34",
            String(decoding: [0x31, 0x32, 0x33, 0xFF], as: UTF8.self),
        ])
    func untypable(pin: String) {
        #expect(PINFile.fault(of: pin) == "this PIN holds what no keyboard can type: use digits and letters")
    }

    @Test("a PIN of whatever can be typed is taken", arguments: ["4711", "A b-c_9!", "密码密码", "éèêë"])
    func typable(pin: String) {
        #expect(PINFile.fault(of: pin) == nil)
        var parser = KeyParser()
        let typed = pin.utf8.compactMap { parser.feed($0) }
        #expect(typed == pin.map(Key.character))
    }

    @Test("the file holds a hash that is read back; anything else is refused")
    func file() {
        let stored = StoredPIN(file: pin.text)
        #expect(stored == pin)
        #expect(stored?.matches("4711") == true && stored?.matches("4712") == false && stored?.matches("") == false)
        #expect(!pin.text.contains("4711"))
        for text in [
            "", "4711", "pbkdf2-sha256 0 00 00", pin.text.replacing("sha256", with: "md5"), pin.text + " x",
            String(pin.text.dropLast(2)),
        ] {
            #expect(StoredPIN(file: text) == nil, "\(text)")
        }
    }

    /// RFC 7914, section 11.
    @Test("the hash is PBKDF2 with HMAC-SHA-256")
    func vector() {
        let stored = StoredPIN(
            file: "pbkdf2-sha256 80000 4e61436c \(String(repeating: "00", count: 32))")
        #expect(stored == nil, "a salt of four bytes is too short")
        let text = StoredPIN("Password", salt: Array("NaCl".utf8), iterations: 80000).text
        #expect(text.hasSuffix(" 4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56\n"))
    }
}
