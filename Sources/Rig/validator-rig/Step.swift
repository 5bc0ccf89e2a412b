/// One line of a scenario's action.
enum Step: Hashable, Sendable {
    /// Waits until so long after the scenario's start; goes on at once when that has passed.
    case at(Duration)
    case wait(Duration)

    /// Puts a card into a reader's field, where it stays.
    case card(reader: String, uid: [UInt8])
    case remove(reader: String)
    /// Puts a card into the field, waits for the light, and takes the card away.
    case tap(reader: String, uid: [UInt8], Expectation)
    /// Sends a code by a scanner, then waits for the light. `subject` is what the report calls the code.
    case scan(scanner: String, code: [UInt8], subject: String, Expectation)
    /// Sends a text without what ends a code.
    case type(scanner: String, text: String)
    /// Bytes that are no answer to anything, from the reader.
    case noise(reader: String, bytes: [UInt8])
    /// The next light after what was done so far.
    case expect(Expectation)

    /// The device's far end goes away, as when its plug is pulled.
    case unplug(String)
    case plug(String)
    case reception(receiver: String, Reception)

    /// Without a command, the one that the name stood for before. `keep` starts the program again whenever it ends
    /// without having been asked to, as systemd does.
    case start(String, command: [String], keep: Bool)
    /// SIGTERM, and waits for the end.
    case stop(String)
    /// SIGKILL; with a delay, the steps that follow go on meanwhile.
    case kill(String, after: Duration)
    /// Waits until a text stands in what a program has written since it was last started.
    case await(String, text: String, within: Duration)
    /// Runs a command to its end, which must be a success; `show` adds what it writes to the report.
    case run(command: [String], show: Bool)
    /// Runs a command again and again until it succeeds.
    case until(within: Duration, command: [String])
    case log(String)
}
