import HubStore
import PostgreSQL

extension HubStoreError {
    /// What `body` returns; PostgreSQL's errors are told as errors of the hub's store.
    static func telling<Result: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await body()
        } catch let error as PostgreSQLError {
            throw HubStoreError(error)
        }
    }

    init(_ error: PostgreSQLError) {
        let kind: Kind =
            switch error.kind {
            case .conflict, .connectionLost, .tooManyConnections, .timeout: .unavailable
            case .full: .full
            case .readOnly: .readOnly
            case .refused: .unopenable
            case .damaged: .damaged
            case .other: .rejected
            }
        self.init(
            kind, error.sqlState.isEmpty ? error.what : "\(error.what) (SQLSTATE \(error.sqlState))", nextStep: error.nextStep)
    }
}
