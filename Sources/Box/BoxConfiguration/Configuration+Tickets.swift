import Cryptography
import Fares
import PlatformAPI
import TomlConfiguration
import ValidatorCore

extension Configuration {
    /// `[tickets]`
    public struct Tickets: Hashable, Sendable {
        public var settings: TicketSettings
        public var unknown: Policy.UnknownTickets
        public var binaryTicket: WireFormat.BinaryTicket
        /// The file of the transport ministry's root keys; empty: none. Its content is not part of the configuration: it may change
        /// while the program runs, and be lost.
        public var rootsFile: String

        /// - Parameter isChecking: whether a bad file of root keys is a mistake; a box that starts goes on without it.
        init(_ table: ConfigurationReader, isChecking: Bool) {
            settings = TicketSettings()
            settings.codecs = Self.codecs(table)
            settings.secret = table.secret("secret_file")
            settings.skew = table.seconds("skew_s", default: 60, in: 0...3600)
            for word in settings.transport.setIssuers(table.strings("transport_issuers", default: [])) {
                table.report(
                    "transport_issuers", "\"\(word)\" is no issuer; eight decimal digits, with a ! before them to deny it")
            }
            settings.transport.fareFen = table.integer("transport_fare_fen", default: 0, in: 0...0xFF_FFFF)
            settings.transport.acceptsTests = table.boolean("transport_accept_test", default: false)
            unknown = table.choice("unknown", default: .online)
            binaryTicket = table.choice("binary_as", default: .hex)
            rootsFile = table.string("transport_roots_file", default: "")
            guard isChecking else { return }
            do throws(RootKeyError) { _ = try roots() } catch { table.report("transport_roots_file", error.description) }
        }

        /// Earlier releases had one codec, named by `codec`.
        private static func codecs(_ table: ConfigurationReader) -> [TicketCodecKind] {
            let codecs = table.choices("codecs", default: TicketCodecKind.allCases)
            guard table.has("codec") else { return codecs }
            let codec = table.choice("codec", default: TicketCodecKind.vt1)
            if table.has("codecs") { table.report("codec", "is the earlier name of codecs; keep one of the two") }
            return [codec]
        }

        /// The root keys of the file that is named; none when none is.
        ///
        /// - Throws: why there are none, and what to do.
        public func roots() throws(RootKeyError) -> RootKeySet {
            guard !rootsFile.isEmpty else { return RootKeySet() }
            let advice = "put the transport ministry's root keys there, or name no file"
            let file: [UInt8]
            do {
                file = try ConfigurationFile.read(rootsFile, maximumSize: RootKeySet.maximumFileSize)
            } catch {
                throw RootKeyError("\(error); \(advice)")
            }
            do {
                return try RootKeySet(file: file, verifier: Libcrypto())
            } catch {
                throw RootKeyError("\(rootsFile): \(error); \(advice)")
            }
        }
    }
}
