/// Why the store could not do what was asked. Its text tells an administrator what is wrong and what to do about it.
public struct HubStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// Another program holds the database for too long, or it cannot be reached. Goes away by itself.
        case unavailable
        /// No space, or the quota is used up. Goes away by itself when space returns.
        case full
        case readOnly
        /// The database cannot be opened or created: missing folder, wrong owner, wrong address, no such user.
        case unopenable
        /// Not a database, or a broken one.
        case damaged
        case inputOutput
        /// Written by a later release.
        case newerSchema
        /// What was to be changed has been changed by somebody else, or is gone: begin again.
        case conflict
        /// What is asked for is not there in this release or with this store.
        case unsupported
        /// The store takes a statement or a value never: a mistake in this software.
        case rejected
    }

    public let kind: Kind
    /// Which database, and the cause.
    public let what: String
    /// What an administrator does next; empty where `what` says it.
    public let nextStep: String

    public init(_ kind: Kind, _ what: String, nextStep: String = "") {
        (self.kind, self.what, self.nextStep) = (kind, what, nextStep)
    }

    public var description: String { nextStep.isEmpty ? what : "\(what); \(nextStep)" }
}
