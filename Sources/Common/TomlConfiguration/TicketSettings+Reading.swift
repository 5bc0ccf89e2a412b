import Fares

extension TicketSettings {
    /// Reads what `[tickets]` says alike on box and hub, but for the root keys.
    ///
    /// - Parameter program: who reads it, for the technician who has to give the secret's file the right owner.
    public init(_ table: ConfigurationReader, of program: String) {
        self.init()
        codecs = Self.codecs(table)
        secret = table.secret("secret_file", of: program)
        skew = table.seconds("skew_s", default: 60, in: 0...3600)
        for word in transport.setIssuers(table.strings("transport_issuers", default: [])) {
            table.report("transport_issuers", "\"\(word)\" is no issuer; eight decimal digits, with a ! before them to deny it")
        }
        for issuer in transport.issuers.intersection(transport.deniedIssuers).sorted() {
            table.report("transport_issuers", "\(issuer) is both allowed and denied (!\(issuer)); keep one of the two")
        }
        transport.fareFen = table.integer("transport_fare_fen", default: 0, in: 0...0xFF_FFFF)
        transport.acceptsTests = table.boolean("transport_accept_test", default: false)
    }

    /// Earlier releases had one codec, named by `codec`.
    private static func codecs(_ table: ConfigurationReader) -> [TicketCodecKind] {
        let codecs = table.choices("codecs", default: TicketCodecKind.allCases)
        guard table.has("codec") else { return codecs }
        let codec = table.choice("codec", default: TicketCodecKind.vt1)
        if table.has("codecs") { table.report("codec", "is the earlier name of codecs; keep one of the two") }
        return [codec]
    }
}

extension RootKeySet {
    /// The root keys of the file that `tickets.transport_roots_file` names; none when it names none.
    ///
    /// - Throws: why there are none, and what to do.
    public init(path: String, verifier: any SignatureVerifier) throws(RootKeyError) {
        self.init()
        guard !path.isEmpty else { return }
        let advice = "put the transport ministry's root keys there, or name no file"
        let file: [UInt8]
        do {
            file = try ConfigurationFile.read(path, maximumSize: Self.maximumFileSize)
        } catch {
            throw RootKeyError("\(error); \(advice)")
        }
        do {
            self = try RootKeySet(file: file, verifier: verifier)
        } catch {
            throw RootKeyError("\(path): \(error); \(advice)")
        }
    }
}
