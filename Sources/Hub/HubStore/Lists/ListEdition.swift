import Base
import HubDomain

/// What is in force of a list: an unchanging content, however long it takes to read it.
public struct ListEdition: Hashable, Sendable {
    /// So long an edition that was replaced can still be read.
    public static let readableTime = Duration.seconds(600)
    /// A generation that has not grown for so long is given up.
    public static let loadingTime = Duration.seconds(3600)

    public var selection: ListSelection
    /// The version that devices are told; 0 where there is nothing yet.
    public var version: Int64
    /// As the platform calls that version; empty for a list of the hub's own.
    public var name = ""
    /// When that version came into force.
    public var since = WallTime(milliseconds: 0)
    /// That it is made of, the oldest first. A card is as the newest has it that names it.
    public var generations: [Int64]

    /// What devices are told as its version.
    public var versionText: String { name.isEmpty ? String(version) : name }

    public init(_ selection: ListSelection, version: Int64 = 0, generations: [Int64] = []) {
        (self.selection, self.version, self.generations) = (selection, version, generations)
    }
}
