import HubDomain

/// What became of calls since the store last heard of them.
///
/// What is read from the store meanwhile is older than what is known here.
struct ForwardChanges: Sendable {
    /// Nil: delivered.
    private var fresh: [Int64: Forward?] = [:]
    private var writing: [Int64: Forward?] = [:]

    var isEmpty: Bool { fresh.isEmpty }

    mutating func deliver(_ id: Int64) { fresh[id] = .some(nil) }
    mutating func change(_ forward: Forward) { fresh[forward.id] = forward }

    /// What is to be written now. It counts as changed until it is said to be written.
    mutating func take() -> (delivered: [Int64], changed: [Forward]) {
        precondition(writing.isEmpty, "one writing at a time")
        (writing, fresh) = (fresh, [:])
        let changed = writing.values.compactMap { $0 }.sorted { $0.id < $1.id }
        return (writing.filter { $0.value == nil }.keys.sorted(), changed)
    }

    mutating func written() { writing = [:] }

    /// The store could not: it is written with what changes next.
    mutating func notWritten() {
        fresh.merge(writing) { newer, _ in newer }
        writing = [:]
    }

    /// A call as it is now, of which the store said something else; nil when it no longer waits.
    func current(_ stored: Forward) -> Forward? {
        guard let known = fresh[stored.id] ?? writing[stored.id] else { return stored }
        return known.flatMap { $0.state == .waiting ? $0 : nil }
    }
}
