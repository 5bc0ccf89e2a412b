import Base

/// Codec `transport`: the transport ministry's code, the same from every app of every city. A root key vouches for the issuer, the
/// issuer for the user's phone, and the phone signs each code.
///
/// It comes as bytes, from a scanner that sends them as they are, or as one text of base64 or hexadecimal digits.
struct TransportCodec: TicketCodec {
    private let terms: TransportTerms
    private let verifier: any SignatureVerifier
    private var certificates = CertificateVerdicts()

    init(terms: TransportTerms, verifier: any SignatureVerifier) {
        self.terms = terms
        self.verifier = verifier
    }

    let isWeak = false

    func claims(_ payload: [UInt8]) -> Bool {
        if TransportCode.claims(payload) { return true }
        return TransportCodeText.beginning(of: payload).map(TransportCode.claimsText) ?? false
    }

    /// The bytes of a code, in whatever form it came; nil when it has none, or is a damaged text.
    private static func bytes(of payload: [UInt8]) -> [UInt8]? {
        TransportCode.claims(payload) ? payload : TransportCodeText.bytes(of: payload)
    }

    private static func code(of payload: [UInt8]) -> TransportCode? { bytes(of: payload).flatMap(TransportCode.init) }

    func unverified(_ payload: [UInt8]) -> Ticket? { Self.code(of: payload).map(ticket) }

    private func ticket(_ code: TransportCode) -> Ticket {
        Ticket(card: code.card, name: verifier.sha256(code.signed), isSingleRide: true, start: code.made, end: code.end)
    }

    func fields(of payload: [UInt8]) -> [TicketField] { Self.code(of: payload)?.fields ?? [] }

    mutating func examine(
        _ payload: [UInt8], under circumstances: TicketCircumstances, isThorough: Bool
    ) -> TicketExamination {
        var examination = TicketExamination(isThorough: isThorough)
        let bytes = Self.bytes(of: payload) ?? []
        let code = TransportCode(bytes)
        guard
            examination.note(
                .form, code != nil, else: .malformed,
                bytes.isEmpty
                    ? "neither base64 nor hexadecimal digits to its end"
                    : TransportCode.flaw(in: bytes) ?? "layout version 2, \(bytes.count) bytes"),
            let code
        else { return examination }
        guard checkTerms(code, &examination), checkTimes(code, circumstances, &examination) else { return examination }
        checkSignatures(code, circumstances, &examination)
        return examination
    }

    /// Who made the code, who rides, and what he may pay.
    private func checkTerms(_ code: TransportCode, _ examination: inout TicketExamination) -> Bool {
        let objection = terms.objection(to: code.issuer)
        let isTest = code.accountType == TransportTerms.testAccountType
        return examination.note(
            .issuer, objection == nil, else: .issuerNotAccepted, "\(code.issuer)\(objection.map { ": " + $0 } ?? "")")
            && examination.note(
                .account, !isTest || terms.acceptsTests, else: .issuerNotAccepted,
                isTest ? "a test account; tickets.transport_accept_test is \(terms.acceptsTests)" : "type \(code.accountType)")
            && examination.note(
                .amount, terms.fareFen == 0 || terms.fareFen <= code.maximumFen, else: .amountExceeded,
                "\(code.maximumFen) fen at most; "
                    + (terms.fareFen == 0 ? "not held against a fare" : "tickets.transport_fare_fen is \(terms.fareFen)"))
    }

    private func checkTimes(
        _ code: TransportCode, _ circumstances: TicketCircumstances, _ examination: inout TicketExamination
    ) -> Bool {
        let root = circumstances.roots[code.rootIndex]
        let now = circumstances.timeForEnd
        let rootEnd = root?.end.map { "root key to the end of \($0)" } ?? "root key without an end"
        return examination.note(
            .rootKey, root != nil, else: .noRootKey,
            "index \(code.rootIndex); "
                + (root != nil
                    ? "we have it" : circumstances.roots.isEmpty ? "we have no root keys at all" : "not among our root keys"))
            && examination.note(
                .certificateTime, !code.certificateEnd.isOver(at: now) && !(root?.end?.isOver(at: now) ?? false),
                else: .certificateExpired, "to the end of \(code.certificateEnd); \(rootEnd)")
            && examination.note(
                .authorisationTime,
                !circumstances.isAfter(code.authorisationEnd) && code.made <= code.authorisationEnd,
                else: .authorisationExpired, "to \(code.authorisationEnd.timestamp)")
            && examination.note(
                .start, !circumstances.isBefore(code.made), else: .notYetValid, "made at \(code.made.timestamp)")
            && examination.note(
                .end, !circumstances.isAfter(code.end), else: .expired,
                "for \(code.validitySeconds) s, to \(code.end.timestamp)")
    }

    private mutating func checkSignatures(
        _ code: TransportCode, _ circumstances: TicketCircumstances, _ examination: inout TicketExamination
    ) {
        // Without the root key nobody can say; its absence stands against the code already.
        if let root = circumstances.roots[code.rootIndex] {
            let verifier = verifier
            let isGenuine = certificates.verdict(on: code.certificate, underRoots: circumstances.roots.version) {
                verifier.isSignedBySM2(code.certified, code.certificateSignature, publicKey: root.point[...])
            }
            guard examination.note(.certificateSignature, isGenuine, else: .forged, "the root key's, over the issuer's key")
            else {
                return
            }
        }
        guard
            examination.note(
                .authorisationSignature,
                verifier.isSignedBySM2(code.authorised, code.authorisationSignature, publicKey: code.issuerKey), else: .forged,
                "the issuer's, over the account and the user's key")
        else { return }
        _ = examination.note(
            .userSignature, verifier.isSignedBySM2(code.signed, code.userSignature, publicKey: code.userKey), else: .forged,
            "the phone's, over all of it")
    }
}

extension CertificateMonth {
    /// Without a clock that can be trusted nobody is refused for it.
    fileprivate func isOver(at time: WallTime?) -> Bool { time.map { $0 >= end } ?? false }
}
