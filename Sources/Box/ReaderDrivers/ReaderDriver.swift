import Base

/// A protocol that card readers speak: all that the box must know of it, in one value. The value stands beside its machine;
/// `all` makes it known to the configuration, the rig and the tests.
public struct ReaderDriver: Sendable {
    /// The configuration's word for it: `pn532`.
    public let name: String
    /// What messages call such a device: `PN532`.
    public let deviceName: String
    /// What readers of this protocol are set to when they are new, in bits a second.
    public let usualBaud: Int
    /// True of readers that report by themselves, each report being a read; else a read is a card's entry into the field.
    public let reportsReads: Bool
    /// A card that was not seen for so long is gone: when it is back, it is another tap. A reader that is asked for cards must
    /// have answered without it twice, too.
    public let absence: Duration
    /// For so long at most a reader that says nothing is asked, asked again and set up anew; then its port is opened anew. Nil
    /// of readers that cannot be asked: their silence is no fault.
    public let patience: Duration?
    private let makeProtocolMachine: @Sendable (_ settings: CardReaderSettings) -> any ReaderMachine

    /// The value that stands beside a machine. `makeMachine` makes the machine of the protocol alone, as new.
    init(
        name: String, deviceName: String, usualBaud: Int, reportsReads: Bool, absence: Duration, patience: Duration?,
        makeMachine: @escaping @Sendable (_ settings: CardReaderSettings) -> any ReaderMachine
    ) {
        self.name = name
        self.deviceName = deviceName
        self.usualBaud = usualBaud
        self.reportsReads = reportsReads
        self.absence = absence
        self.patience = patience
        makeProtocolMachine = makeMachine
    }

    /// A machine as new, for one reader: that of the protocol, and around it what holds for the cards of all.
    public func makeMachine(_ settings: CardReaderSettings) -> any ReaderMachine {
        ConfirmedReads(makeProtocolMachine(settings), wantedReads: settings.confirmReads)
    }

    /// The registry. Its order is that of the configuration's messages.
    public static let all: [ReaderDriver] = [
        .pn532,
        .uhfA0,
        .asciiLine,
        .twn4,
    ]
}

/// A driver is known by its name.
extension ReaderDriver: Hashable, CaseIterable, RawRepresentable {
    public static var allCases: [ReaderDriver] { all }
    public var rawValue: String { name }

    /// Nil for a name that the registry does not have.
    public init?(rawValue: String) {
        guard let driver = Self.all.first(where: { $0.name == rawValue }) else { return nil }
        self = driver
    }
}
