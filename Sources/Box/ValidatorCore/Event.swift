import Base
import Fares
import PlatformAPI

/// What the world tells the validator. Each comes with the `Moment` at which it was noticed.
public enum Event: Sendable {
    /// A card came into a reader's field. Presence is the driver's business: a card left on the reader is one event.
    case card(uid: [UInt8], reader: SourceIndex)
    /// A card that was in the field already was read again; hundreds a second from a reader that reports by itself. Never a
    /// tap, but where several chips lie on a reader that we poll, it may show whose the tap is.
    case sighting(uid: [UInt8], reader: SourceIndex)
    /// The reader began, or ceased, to answer as it should; before the first of these it counts as working.
    case readerState(SourceIndex, isWorking: Bool)
    case ticket([UInt8], scanner: SourceIndex)

    case fix(Fix)
    case receiverLost
    /// Where a line tells of the ignition.
    case ignition(isOn: Bool)

    /// The turn's taps are on disk, under these rows, in the order of their `store` effects.
    case committed(rows: [Int64])
    /// Nothing of the turn was written.
    case commitFailed(reason: String)

    case reply(ExchangeID, Result<PlatformReply, ExchangeFailure>)
    /// What `loadBacklog` found, oldest first; fewer than asked for at the end of the outbox.
    case backlog([Upload])

    case listBuilt(ListKind, CardList)
    /// The list that `saveList` or `saveIncrement` named is durable.
    case listSaved(ListKind)
    case listNotSaved(ListKind, reason: String)

    /// The instant of `Validator.nextDeadline` has come.
    case timer
    case set(Setting)
    /// A technician wants it fetched whatever the versions say; `full`: of the cards, the whole list and not its increment.
    case download(DownloadTarget, full: Bool)
    /// A technician wants the refused uploads tried again; they are back in the outbox.
    case retryRefused
    /// A technician carries these uploads away in a file: they wait no longer.
    case collected([UploadKey])
    /// The file was lost: whatever it held waits again.
    case collectedReturned
    /// The program is about to end in good order: what the outbox was to hear of sooner or later, it hears now.
    case stopping
}
