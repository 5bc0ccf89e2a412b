import Base
import Fares
import PlatformAPI
import ReadEvents
import SQLite
import Storage
import ValidatorCore

/// The world around a `Box`, as thin as it can be: the daemon gives it Dispatch, sockets and lights, the simulator virtual time
/// and faults. Nothing is decided behind it, and none of its calls may call the box back before it returns, but for `Box.handle`,
/// whose events wait their turn.
public protocol BoxPorts: AnyObject {
    /// Both clocks, read now.
    func now() -> Moment

    /// These taps are decided; their records are not durable yet.
    func decided(_ taps: [Tap])
    /// These taps are durable now, and their answers follow.
    func stored(_ taps: [Tap])
    /// None of these taps could be stored; their riders are refused next.
    func notStored(_ taps: [Tap])
    /// Light, sound and log line.
    func announce(_ answer: Answer)

    /// Its outcome comes back as the event `reply`, exactly once.
    func send(_ id: ExchangeID, _ request: PlatformRequest)
    /// Tell those who subscribed, in this order. What is from an earlier run happened before anybody could connect to this one.
    func publish(_ events: [ReadEvent], isFromEarlierRun: Bool)
    /// `list` is about to be made durable, as a snapshot or as rows of an increment.
    func isAboutToSave(_ kind: ListKind, _ list: HeldList)
    /// Make it durable by `ListSnapshot.write`, on a thread where it may take long; `Box.snapshotWritten` hears of it.
    func writeSnapshot(_ kind: ListKind, _ list: HeldList)
    func note(_ notice: Notice)

    /// The outbox is damaged, or does not hold what it was given: nothing more can be kept in it. A fresh start sets a damaged
    /// file aside and counts one anew, so the program is to end.
    func end(because error: StorageError)
}

extension BoxPorts {
    public func decided(_ taps: [Tap]) {}
    public func stored(_ taps: [Tap]) {}
    public func notStored(_ taps: [Tap]) {}
    public func isAboutToSave(_ kind: ListKind, _ list: HeldList) {}
}
