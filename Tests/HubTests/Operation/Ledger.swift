import Synchronization

/// The records that a hub has answered.
final class Ledger: Sendable {
    private let answered = Mutex<Set<String>>([])

    var requests: Set<String> { answered.withLock(\.self) }

    /// Sends records as six boxes do, until it is cancelled or the hub is gone.
    func load(_ hub: TestHub) async {
        await withTaskGroup(of: Void.self) { group in
            for box in 0..<6 { group.addTask { await self.load(hub, as: box) } }
        }
    }

    private func load(_ hub: TestHub, as box: Int) async {
        var number = 0
        while !Task.isCancelled {
            let id = "\(box)-\(number)"
            guard let code = try? await hub.tap("card_check_log", id, card: "AA").code else { return }
            if code == 0 { answered.withLock { _ = $0.insert(id) } }
            number += 1
        }
    }
}
