import Base
import ReaderDrivers
import ReaderEmulators
import ScannerDecoders

/// A scenario: the stand-ins it needs, and its steps in their order. `docs/rig.md` describes the text.
struct Scenario: Hashable, Sendable {
    struct Line: Hashable, Sendable {
        var number: Int
        var step: Step
    }

    var readers: [String: ReaderDriver] = [:]
    var scanners: [String: ScannerDriver] = [:]
    var receivers: [String] = []
    var lines: [Line] = []

    /// The names of all.
    var devices: [String] { Array(readers.keys) + Array(scanners.keys) + receivers }

    /// `variables` are what `${NAME}` stands for. Throws all mistakes at once.
    init(text: String, variables: [String: String]) throws(ScenarioMistakes) {
        var mistakes = ScenarioMistakes()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            do throws(ScenarioMistake) {
                try add(line, number: index + 1, variables: variables)
            } catch {
                mistakes.all.append((index + 1, error.text))
            }
        }
        guard mistakes.all.isEmpty else { throw mistakes }
    }

    /// Adds what one line says; nothing when it is blank.
    mutating func add(_ line: Substring, number: Int, variables: [String: String]) throws(ScenarioMistake) {
        var words = try ScenarioWords(line: line, variables: variables)
        guard !words.isAtEnd else { return }
        let verb = try words.next("a step")
        switch verb {
        case "reader": readers[try declared(&words)] = try words.isAtEnd ? .pn532 : words.choice("protocol")
        case "scanner": scanners[try declared(&words)] = try words.isAtEnd ? .evdev : words.choice("kind of scanner")
        case "receiver": receivers.append(try declared(&words))
        default: lines.append(Line(number: number, step: try step(verb, &words)))
        }
        guard words.isAtEnd else { throw ScenarioMistake("nothing may follow here: \(words.rest)") }
    }

    private func declared(_ words: inout ScenarioWords) throws(ScenarioMistake) -> String {
        let name = try words.next("a name")
        guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }) else {
            throw ScenarioMistake("\"\(name)\" names a file: letters, digits, - and _ only")
        }
        guard !devices.contains(name) else { throw ScenarioMistake("\"\(name)\" exists already") }
        return name
    }

    private func step(_ verb: String, _ words: inout ScenarioWords) throws(ScenarioMistake) -> Step {
        switch verb {
        case "at": .at(try words.duration())
        case "wait": .wait(try words.duration())
        case "card", "tap": try placement(verb, &words)
        case "remove": .remove(reader: try words.name(of: "reader", in: readers.keys))
        case "scan", "scan-hex", "type": try code(verb, &words)
        case "noise": .noise(reader: try words.name(of: "reader", in: readers.keys), bytes: try words.bytes())
        case "expect": .expect(try words.expectation())
        case "unplug": .unplug(try words.name(of: "device", in: devices))
        case "plug": .plug(try words.name(of: "device", in: devices))
        case "reception":
            .reception(receiver: try words.name(of: "receiver", in: receivers), try words.choice("reception"))
        case "start": .start(try words.next("a name"), command: words.takeAll(), keep: false)
        case "keep": .start(try words.next("a name"), command: try words.command(), keep: true)
        case "stop": .stop(try words.next("a name"))
        case "kill": .kill(try words.next("a name"), after: try words.take("after") ? words.duration() : .zero)
        case "await":
            .await(
                try words.next("a name"), text: try words.next("a text"),
                within: try words.take("within") ? words.duration() : .seconds(10))
        case "run", "show": .run(command: try words.command(), show: verb == "show")
        case "until": .until(within: try words.duration(), command: try words.command())
        case "log": .log(try words.next("a text"))
        default: throw ScenarioMistake("there is no step \"\(verb)\"")
        }
    }

    private func placement(_ verb: String, _ words: inout ScenarioWords) throws(ScenarioMistake) -> Step {
        let reader = try words.name(of: "reader", in: readers.keys)
        let model = readers[reader] ?? .pn532
        let uid = try words.bytes()
        let sizes = model.makeEmulator().uidSizes
        guard sizes.contains(uid.count) else {
            let all = sizes.sorted().map { "\($0)" }.joined(separator: ", ")
            throw ScenarioMistake("a \(model.name) reader knows UIDs of \(all) bytes, not of \(uid.count)")
        }
        return verb == "card" ? .card(reader: reader, uid: uid) : .tap(reader: reader, uid: uid, try words.expectation())
    }

    private func code(_ verb: String, _ words: inout ScenarioWords) throws(ScenarioMistake) -> Step {
        let scanner = try words.name(of: "scanner", in: scanners.keys)
        let emulator = (scanners[scanner] ?? .evdev).emulator
        switch verb {
        case "scan":
            let text = try words.next("a text")
            return .scan(scanner: scanner, code: Array(text.utf8), subject: text, try words.expectation())
        case "scan-hex":
            let code = try words.bytes()
            guard emulator.sendsAnyBytes else { throw ScenarioMistake("a keyboard types text, no bytes: write scan") }
            return .scan(scanner: scanner, code: code, subject: hexadecimal(code), try words.expectation())
        default:
            guard emulator.text != nil else { throw ScenarioMistake("a HID-POS scanner sends whole codes: write scan") }
            return .type(scanner: scanner, text: try words.next("a text"))
        }
    }
}
