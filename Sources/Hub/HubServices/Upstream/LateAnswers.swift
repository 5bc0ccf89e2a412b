import Base
import HubDomain
import HubStore
import PlatformAPI

/// Keeps what the platform answered to an online check when the device no longer waited: its booking of that ride may be the platform's second.
public struct LateAnswers: Sendable {
    private let queue: RequestQueue

    public init(_ store: any HubStore) { queue = RequestQueue(store) }

    /// - Throws: `HubStoreError`
    public func keep(_ answer: PlatformAnswer, to call: ForwardedCall) async throws {
        try await queue.run({ $0.forward(call.key) }) { facts in
            var forward = Forward(answer, to: call, over: facts.forward(call.key))
            forward.mayBeDouble = true
            facts.keep(forward)
        }
    }
}

extension Forward {
    /// An online check that was answered.
    /// - Parameter known: what is kept under the same key.
    init(_ answer: PlatformAnswer, to call: ForwardedCall, over known: Forward?) {
        // The box had waited long enough, and its booking is on its way.
        if let known, known.state != .answered {
            self = known
            mayBeDouble = true
        } else {
            self.init(call.key, fields: call.fields, received: answer.received, state: .answered)
            id = known?.id ?? 0
        }
        self.answer = answer
    }
}
