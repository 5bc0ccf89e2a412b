import Cryptography
import Fares
import PlatformAPI
import TomlConfiguration

extension Configuration {
    /// `[tickets]`
    public struct Tickets: Hashable, Sendable {
        public var settings: TicketSettings
        public var unknown: UnknownTickets
        public var binaryTicket: WireFormat.BinaryTicket
        /// The file of the transport ministry's root keys; empty: none. Its content is not part of the configuration: it may change
        /// while the program runs, and be lost.
        public var rootsFile: String

        /// - Parameter isChecking: whether a bad file of root keys is a mistake; a box that starts goes on without it.
        init(_ table: ConfigurationReader, isChecking: Bool) {
            settings = TicketSettings(table, of: "validatord")
            unknown = table.choice("unknown", default: .online)
            binaryTicket = table.choice("binary_as", default: .hex)
            rootsFile = table.string("transport_roots_file", default: "")
            guard isChecking else { return }
            do throws(RootKeyError) { _ = try roots() } catch { table.report("transport_roots_file", error.description) }
        }

        /// The root keys of the file that is named; none when none is.
        ///
        /// - Throws: why there are none, and what to do.
        public func roots() throws(RootKeyError) -> RootKeySet { try RootKeySet(path: rootsFile, verifier: Libcrypto()) }
    }
}
