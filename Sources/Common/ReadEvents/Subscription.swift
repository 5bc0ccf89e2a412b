/// The card-reading devices whose events one connection wants.
struct Subscription {
    /// All that there are and will be, but for `named`.
    private var isToAll = false
    /// The devices wanted, or the exceptions when all others are.
    private var named: Set<String> = []

    /// Devices that it must remember by name.
    var count: Int { named.count }

    func covers(_ device: String) -> Bool { named.contains(device) != isToAll }

    /// No devices: all.
    mutating func add(_ devices: [String]) {
        if devices.isEmpty {
            isToAll = true
            named = []
        } else if isToAll {
            named.subtract(devices)
        } else {
            named.formUnion(devices)
        }
    }

    /// No devices: all.
    mutating func remove(_ devices: [String]) {
        if devices.isEmpty {
            isToAll = false
            named = []
        } else if isToAll {
            named.formUnion(devices)
        } else {
            named.subtract(devices)
        }
    }

    /// In ascending order. Of a subscription to all, those among `known`, which must be in that order.
    func devices(known: [String]) -> [String] {
        isToAll ? known.filter { !named.contains($0) } : named.sorted()
    }
}
