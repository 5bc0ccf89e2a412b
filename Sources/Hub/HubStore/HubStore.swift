import Base
import Fares
import HubDomain

/// Where the hub keeps what must survive: in use-case shape, so that each implementation finds its own best statements.
///
/// Whatever a call changes is on disk when it returns; when it throws, nothing of it is. Calls may come from several tasks and from several
/// programs at once. All throw `HubStoreError`.
public protocol HubStore: ForwardStore, SetAsideStore {
    // MARK: What devices ask, and what operators change about devices

    /// Loads the facts that are `wanted`, set by set; hands them to `decide`; writes what it changed, and commits.
    ///
    /// `decide` is pure but for what it is handed: after a conflict with another hub it runs again on fresh facts.
    /// - Throws: `HubStoreError`, or whatever `decide` throws, when nothing has been written.
    func transact<Outcome: Sendable>(
        _ wanted: WantedFacts, _ decide: @escaping @Sendable (inout StoreFacts) throws -> Outcome
    ) async throws -> Outcome

    /// Facts without a change; nobody who writes is waited for.
    func facts(_ wanted: WantedFacts) async throws -> StoreFacts

    /// At most `limit` devices behind the id `after`, in the order of their ids' bytes; from the first one where that is nil.
    func devices(after: String?, limit: Int) async throws -> [Device]

    // MARK: Ticket keys and tokens

    /// Puts `keys` in force and gives their version. The group before stays for the tickets that it sealed, unless it is revoked with
    /// them; older ones go.
    func adopt(_ keys: [KeyGroup.Key], revokingFormer: Bool, at now: WallTime) async throws -> Int64

    /// Those that are good at `now`, by device and then by their end.
    func tokens(goodAt now: WallTime) async throws -> [NamedToken]

    /// Deletes the tokens and the used tickets that expired before `now`.
    func prune(expiredAt now: WallTime) async throws

    // MARK: Lists

    /// What is in force of a list at the moment.
    func edition(of selection: ListSelection) async throws -> ListEdition

    /// Some cards of an edition behind the card `after`, in the order of their digits; about `limit` of them, and twice as many at most.
    /// An edition stays readable for `ListEdition.readableTime` after another took its place.
    func cards(of edition: ListEdition, after: CardNumber?, limit: Int) async throws -> CardPage

    /// The lists in force that name a card, with either flag.
    func mentions(of card: CardNumber) async throws -> CardMentions

    /// Begins a generation of a list beside what is in force. It becomes a full list where `isReplacing`, and where there is none yet; that of
    /// an increment never does. Imports of one list are kept apart by `lease`.
    /// - Throws: `.rejected` for a device on no line, which has no list.
    func beginGeneration(of selection: ListSelection, isReplacing: Bool, at now: WallTime) async throws -> Int64

    /// Adds a slice of entries, some thousand at most, in a transaction of its own. What changes nothing of the list in force is left out of a
    /// generation that is no full list.
    /// - Returns: how many were kept.
    /// - Throws: also when the generation is not, or no longer, being loaded.
    func append(_ entries: [CardListEntry], to generation: Int64, at now: WallTime) async throws -> Int

    /// Puts a generation that is being loaded, or is held, in force, in one short transaction: it gets the next version, and a full one retires
    /// all others of its list that are in force or held.
    /// - Parameter name: what the platform calls its version; nil for a list of the hub's own, and for the name under which it was held.
    /// - Returns: its version; nil of an increment of the hub's own white list that changes nothing, which is discarded.
    /// - Throws: also when the generation is neither being loaded nor held.
    func adopt(generation: Int64, named name: String?, at now: WallTime) async throws -> Int64?

    /// Gives up a generation that is being loaded or is held; nothing happens to others.
    func discard(generation: Int64, at now: WallTime) async throws

    /// Deletes at most `limit` cards of generations that were discarded or retired `ListEdition.readableTime` ago, or whose loading stopped
    /// `ListEdition.loadingTime` ago.
    /// - Returns: how many went; fewer than `limit` when there are no more.
    func pruneGenerations(at now: WallTime, limit: Int) async throws -> Int

    // MARK: Records and positions

    /// At most `limit` records behind `after`, in the order of their arrival, of one device or of all.
    func records(after: RecordCursor?, limit: Int, deviceID: String?) async throws -> [StoredRecord]

    /// When the newest record that still names a card or ticket was received, of those up to `now`; nil when there is none.
    func newestNamed(until now: WallTime) async throws -> WallTime?

    /// Renames the subjects of at most `limit` records that name a card or ticket and were received before `time`, the oldest first.
    /// - Returns: how many; fewer than `limit` when there are no more.
    func pseudonymise(
        receivedBefore time: WallTime, limit: Int, _ name: @escaping @Sendable (_ subject: String) -> String
    ) async throws -> Int

    /// Looks at `limit` records behind `after` at most, whatever their age, and renames those for whose subject `name` has another.
    /// - Returns: nil when there are no more.
    func rename(
        after: RecordCursor?, limit: Int, _ name: @escaping @Sendable (_ subject: String) -> String?
    ) async throws -> RenamedSlice?

    /// Deletes at most `limit` of the positions that were received before `time`, and says how many.
    func prunePositions(receivedBefore time: WallTime, limit: Int) async throws -> Int

    // MARK: Operation

    /// Leaves nothing of what rows held before they were changed, where the store has a log that does.
    /// - Returns: false when somebody reads just then, who is not waited for: try again later.
    func emptyLog() async throws -> Bool

    /// Takes or prolongs a lease, under which is done what only one program may do at a time. One that ends later than twice `time` from now
    /// was taken by a clock that was wrong, and holds nobody up.
    /// - Parameters:
    ///   - name: what is done.
    ///   - holder: the program and task; the same one may take it again.
    /// - Returns: false while another holder has it.
    func lease(_ name: String, holder: String, for time: Duration, at now: WallTime) async throws -> Bool

    /// Ends a lease before its time. Nothing happens when another holder has it.
    func endLease(_ name: String, holder: String) async throws

    // MARK: Copies

    /// At most `limit` rows of a table behind the key `after`, in the order of its key.
    func rows(of table: StoreTable, after key: [StoreValue]?, limit: Int) async throws -> [[StoreValue]]

    /// Adds rows as they are to a table that has none of their keys, in one transaction.
    func append(_ rows: [[StoreValue]], to table: StoreTable) async throws
}
