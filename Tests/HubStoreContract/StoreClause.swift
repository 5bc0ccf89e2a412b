import HubStore
import Testing

/// One sentence that must be true of every store. A suite calls each with a store that is empty:
///
///     @Test(arguments: StoreClause.all) func keeps(_ clause: StoreClause) async throws { try await clause.check(makeStore()) }
package struct StoreClause: Sendable, CustomTestStringConvertible {
    package let testDescription: String
    package let check: @Sendable (any HubStore) async throws -> Void

    init(_ sentence: String, _ check: @escaping @Sendable (any HubStore) async throws -> Void) {
        testDescription = sentence
        self.check = check
    }

    package static let all = devices + requests + records + tickets + lists + forwards + platform + upkeep + copies + setAside
}
