import ControlProtocol

/// What goes in and out of the console's model.
extension ConsoleModel {
    enum Screen: Hashable, Sendable {
        case menu, taps, gps, readers, probe, outbox, collection, lists, network, vehicle, platform, selfTest, settings, log,
            report, handover, restart, closed
    }

    /// What is asked of the validator or of this machine.
    enum Query: Hashable, Sendable {
        case status, taps, probe, log, network, media
        /// The last code of each scanner that the status tells of.
        case scanned
        case startSelfTest, selfTestResult
        case set(key: String, value: String)
        case retryRefused
        case sync(full: Bool)
        case writeReport(path: String)
        /// The unsent and the refused records, onto a medium.
        case collect(folder: String, passphrase: String? = nil)
        /// This box's identity and records, onto a medium; it then serves no more.
        case handOver(folder: String, passphrase: String? = nil)
        case restart
    }

    /// What came of a query.
    enum Answer: Hashable, Sendable {
        case status(StatusReport)
        case taps(TapsReport)
        case probes(ProbesReport)
        case scanned([ScannedTicket])
        case log(LogReport)
        case network(NetworkReport)
        case media([String])
        case selfTestStarted(SelfTestStarted)
        case selfTest(SelfTestReport?)
        case written(path: String)
        case collected(CollectionReport)
        case handedOver(HandoverReport)
        case changed(RecordChange)
        case done(Done)
        /// Nothing was done: it is to be asked again, with a passphrase.
        case passphraseNeeded(Query)
    }

    enum Action: Hashable, Sendable {
        case ask(Query)
        /// The log shall say that somebody typed a PIN.
        case tell(AuditEvent, failures: Int)
        case end
    }

    /// What takes data away or changes the box, and so needs the PIN.
    enum Step: Hashable, Sendable {
        case open(Screen)
        case enter(Entry.Purpose)
        case ask(Query)
    }

    /// What is being typed.
    struct Entry: Hashable, Sendable {
        indirect enum Purpose: Hashable, Sendable {
            /// And once it is right, the step.
            case pin(Step)
            case setting(String)
            case reportPath
            /// What is carried away is sealed with it.
            case passphrase(Query)
            /// The same once more: with a mistyped one nobody opens it.
            case passphraseAgain(Query, first: String)
            /// `y` and the query is asked.
            case confirmation(Query)
        }

        static let maximumLength = 200

        var purpose: Purpose
        var text = ""
    }
}

extension ConsoleModel.Query {
    /// The same, with what is carried away sealed.
    func sealed(with passphrase: String) -> Self {
        switch self {
        case .collect(let folder, _): .collect(folder: folder, passphrase: passphrase)
        case .handOver(let folder, _): .handOver(folder: folder, passphrase: passphrase)
        default: self
        }
    }
}
