import Base
import Cryptography
import Fares

extension FuzzTarget {
    /// When the codes of the corpus were made, for this project.
    private static let moment = WallTime(seconds: 1_767_225_600)
    /// The root key above them.
    private static let corpusRoots = Result {
        try RootKeySet(file: Array((rootX + rootY).utf8), verifier: Libcrypto())
    }
    private static let rootX = "241,de6ac5d154fa5546049a3c6fffa02ea4fcfc5e4f1ac8bc3861913d432d3adc66"
    private static let rootY = "c5777926f574552be3b008ba014e85365b515a72347f241a3877ee2efa5b404a"
    /// What the good ones among them are named. Nobody makes another one without their keys.
    private static let goodNames = Set(
        [
            "d5ea52569ef2b53e868c4efab32009fde147ff0b6333cecb2241d50843f38db6",
            "451f1d54d1e9b9610414ff63715849ced00f5d1e8a825774a01ec422663d67cd",
            "73fcf98c5124a3b6aa2fa5e735f113c8559f9fc0618e20a1584cd29f78d49037",
        ].compactMap(bytes(ofHexadecimal:)))

    /// A scanned code: whatever it is, it is refused with a reason or one of those that were made with the keys; what a technician is told
    /// agrees with what a rider gets; and a code read in another form is the same ticket.
    static let transportCode = FuzzTarget(name: "transport-code") { input in
        var settings = TicketSettings()
        settings.codecs = [.transport]
        settings.transport.acceptsTests = true
        var reader = TicketReader(settings, Libcrypto())
        let circumstances = TicketCircumstances(
            keys: KeyRing(), roots: try corpusRoots.get(), timeForStart: moment, timeForEnd: moment, skew: .seconds(60))
        let result = reader.check(input, under: circumstances)
        let ticket = reader.unverified(input)
        let explanation = reader.explain(input, under: circumstances)
        try require((explanation == nil) == (reader.kind(of: input) == nil), "explained, and no codec knows it")
        switch result {
        case .success(let good):
            try require(ticket == good && explanation?.fault == nil, "accepted, and explained otherwise")
            try require(goodNames.contains(good.name), "a code that nobody made rides")
        case .failure(let fault):
            try require(explanation == nil || explanation?.fault == fault, "refused and explained otherwise: \(fault)")
            try require((ticket == nil) == (fault == .malformed), "\(fault), and yet \(String(describing: ticket))")
        }
        guard let ticket else { return }
        try require(ticket.name.count == 32 && ticket.end >= ticket.start, "\(ticket)")
        guard let code = TransportCode(input) else { return }
        try require(reader.unverified(Array(hexadecimal(code.bytes).utf8)) == ticket, "its hexadecimal text is another ticket")
        try require(
            explanation?.fields.first { $0.name == "card" }?.value == ticket.card.description, "another card is explained")
    }
}
