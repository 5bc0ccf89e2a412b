import Base
import HubDomain

extension HubStoreMemory {
    public func listStandings() async throws -> [ListStanding] {
        let lines = Set(generations.values.map(\.line)).filter { !$0.isEmpty && !ListSelection(generationLine: $0).isPlatforms }
            .sorted { $0.isBefore($1) }
        return ([.cards, .cardIncrement] + lines.map { .line($0) }).compactMap { standing(of: $0) }
    }

    private func standing(of selection: ListSelection) -> ListStanding? {
        let version = present(selection).version
        guard let generation = generations.values.first(where: { $0.state == .inForce && $0.version == version }) else {
            return nil
        }
        let devices = devicesByID.values.filter { device in
            guard case .line(let line) = selection else { return device.revoked == nil }
            return device.revoked == nil && device.line == line
        }
        let list = selection.list
        func isAdopted(_ device: Device) -> Bool { device.versions[list] == String(version) }
        func isFetched(_ device: Device) -> Bool { isAdopted(device) || device.lists[list].fetched?.version == version }
        func isTold(_ device: Device) -> Bool { isFetched(device) || device.lists[list].told?.version == version }
        return ListStanding(
            selection, ListInForce(version: version, since: WallTime(milliseconds: generation.changed)), devices: devices.count,
            told: devices.count(where: isTold), fetched: devices.count(where: isFetched),
            adopted: devices.count(where: isAdopted))
    }
}
