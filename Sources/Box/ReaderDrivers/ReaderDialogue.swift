import Base

/// How it stands with a reader that is asked: what is waited for and until when, whether the reader is known to be ready, and
/// how far the attempts to bring it back have gone.
///
/// One command is under way at a time. When it fails, it is sent once more; then the reader is set up anew; then its port is
/// opened anew. A reader that answers as it should is back at the beginning.
struct ReaderDialogue<Phase: Sendable>: Sendable {
    /// What a machine does about a command that has failed.
    enum Remedy: Sendable {
        case repeatCommand
        case setUpAnew
        case reopenPort
    }

    /// What is waited for; nil while the port is closed.
    private(set) var phase: Phase?
    /// When that has taken too long, or is over.
    private(set) var deadline: Instant?
    private var remedy = Remedy.repeatCommand
    private var isReady = false

    /// Waits for something else.
    mutating func expect(_ phase: Phase, until deadline: Instant) {
        self.phase = phase
        self.deadline = deadline
    }

    /// Waits on for the same: some of it has come.
    mutating func goOn(until deadline: Instant) {
        self.deadline = deadline
    }

    /// What was waited for, once its deadline has come.
    func overdue(at now: Instant) -> Phase? {
        guard let deadline, deadline <= now else { return nil }
        return phase
    }

    /// A command has failed: the next remedy.
    mutating func failed() -> Remedy {
        defer { remedy = remedy == .repeatCommand ? .setUpAnew : .reopenPort }
        if remedy != .repeatCommand { isReady = false }
        return remedy
    }

    /// The reader answers. `isReady` is false when it says that it cannot work. True when it has just become ready.
    mutating func succeeded(isReady: Bool = true) -> Bool {
        defer { self.isReady = isReady }
        remedy = .repeatCommand
        return isReady && !self.isReady
    }

    /// The port is closed; the next one is as new.
    mutating func close() {
        self = ReaderDialogue()
    }
}
