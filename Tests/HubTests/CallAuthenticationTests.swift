import Base
import HubDomain
import Testing

@Suite("who a call is from")
struct CallAuthenticationTests {
    typealias Proof = CallAuthentication.Proof

    /// What a call brings, and what it is believed to prove.
    struct Call: Sendable, CustomTestStringConvertible {
        var bearer: String?
        var name: String?
        var token: String?
        var claimed: String? = "VLD1"
        /// In the order of `AuthenticationMode.allCases`: secret, certificate, none. Nil: nothing.
        var proofs: [Proof?]

        var testDescription: String {
            "\(claimed ?? "nobody") with bearer \(bearer ?? "-"), certificate \(name ?? "-"), token \(token ?? "-")"
        }
    }

    private static let tokens = try? StaticTokens(
        file: Array("VLD1 static-of-one\nVLD2 static-of-two\nVLD1 shared-by-two\nVLD2 shared-by-two\n* of-everybody\n".utf8))

    @Test(
        "table",
        arguments: [
            // A secret, and which.
            Call(bearer: "present-secret", proofs: [.secret, .secret, Proof.none]),
            Call(bearer: "next-secret", proofs: [.nextSecret, .nextSecret, Proof.none]),
            Call(bearer: "present-secre", proofs: [nil, nil, Proof.none]),
            Call(bearer: "fleet-secret", proofs: [nil, nil, Proof.none]),
            Call(bearer: "", proofs: [nil, nil, Proof.none]),
            Call(proofs: [nil, nil, Proof.none]),
            // A token that the operator set by hand, as a header or where the document has it.
            Call(bearer: "static-of-one", proofs: [.staticToken, .staticToken, Proof.none]),
            Call(token: "static-of-one", proofs: [.staticToken, .staticToken, Proof.none]),
            Call(bearer: "static-of-two", proofs: [nil, nil, Proof.none]),
            Call(token: "static-of-two", proofs: [nil, nil, Proof.none]),
            Call(bearer: "shared-by-two", proofs: [nil, nil, Proof.none]),
            Call(token: "of-everybody", proofs: [nil, nil, Proof.none]),
            // A wrong secret is not made good by a token.
            Call(bearer: "wrong", token: "static-of-one", proofs: [nil, nil, Proof.none]),
            // A certificate counts where it is asked for, and then more than a secret.
            Call(name: "VLD1", proofs: [nil, .certificate, Proof.none]),
            Call(name: "VLD2", proofs: [nil, nil, Proof.none]),
            Call(name: "vld1", proofs: [nil, nil, Proof.none]),
            Call(bearer: "present-secret", name: "VLD2", proofs: [.secret, nil, Proof.none]),
            // A call that names nobody is from nobody.
            Call(bearer: "present-secret", claimed: nil, proofs: [nil, nil, Proof.none]),
            Call(name: "VLD1", claimed: nil, proofs: [nil, nil, Proof.none]),
            Call(token: "static-of-one", claimed: "VLD2", proofs: [nil, nil, Proof.none]),
        ])
    func calls(call: Call) throws {
        var device = Device(id: "VLD1", registered: WallTime(seconds: 0))
        device.secret = Array("present-secret".utf8)
        device.nextSecret = Array("next-secret".utf8)
        let credentials = CallCredentials(bearer: call.bearer, certificateName: call.name, token: call.token)
        for (mode, expected) in zip(AuthenticationMode.allCases, call.proofs) {
            let authentication = CallAuthentication(mode, staticTokens: try #require(Self.tokens))
            let known = call.claimed == "VLD1" ? device : nil
            let result = Result { () throws(Refusal) in
                try authentication.proof(of: credentials, claiming: call.claimed, as: known)
            }
            switch result {
            case .success(let proof): #expect(proof == expected, "\(mode)")
            case .failure(let refusal):
                #expect(expected == nil && refusal.code == .callerRefused, "\(mode)")
                #expect(!refusal.message.contains("present-secret") && !refusal.message.contains("next-secret"))
            }
            // Whatever it proves: a device that was given up is believed no longer.
            var revoked = device
            revoked.revoked = WallTime(seconds: 1)
            let refusal = #expect(throws: Refusal.self) {
                try authentication.proof(of: credentials, claiming: call.claimed, as: revoked)
            }
            #expect(refusal?.code == .deviceRevoked)
        }
    }

    @Test("a device that has only the fleet's secret, or none, proves nothing by an empty one")
    func withoutSecret() {
        let device = Device(id: "VLD1", registered: WallTime(seconds: 0))
        for bearer in ["", "fleet-secret"] {
            #expect(throws: Refusal.self) {
                try CallAuthentication(.secret).proof(of: CallCredentials(bearer: bearer), claiming: "VLD1", as: device)
            }
        }
    }

    @Test(
        "the header is read as RFC 6750 has it",
        arguments: [
            ("Bearer abc", "abc"), ("bearer   abc", "abc"), ("BEARER abc", "abc"), ("Basic abc", nil), ("Bearer", nil), ("", nil),
            ("Bearer a b", nil), ("abc", nil),
        ] as [(String, String?)])
    func header(text: String, bearer: String?) {
        let credentials = CallCredentials(authorization: text, clientName: nil, isFromProxy: false, token: nil)
        #expect(credentials.bearer == bearer)
    }

    @Test("a certificate's name counts from a trusted proxy alone")
    func clientName() {
        for (isFromProxy, name) in [(true, "VLD1"), (false, nil)] as [(Bool, String?)] {
            let credentials = CallCredentials(authorization: nil, clientName: "VLD1", isFromProxy: isFromProxy, token: nil)
            #expect(credentials.certificateName == name)
        }
        #expect(CallCredentials(authorization: nil, clientName: "", isFromProxy: true, token: nil).certificateName == nil)
    }

    @Test(
        "a call is from where the last trusted proxy says",
        arguments: [
            ("192.0.2.1", nil, "192.0.2.1"), ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
            ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
            ("::ffff:127.0.0.1", "198.51.100.7", "198.51.100.7"), ("::1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
            ("127.0.0.1", "203.0.113.9, 198.51.100.7, 127.0.0.1", "198.51.100.7"), ("127.0.0.1", nil, "127.0.0.1"),
            ("127.0.0.1", "2001:db8::1", "2001:db8::1"), ("127.0.0.1", "", "127.0.0.1"),
        ] as [(String, String?, String)])
    func origin(address: String, header: String?, origin: String) {
        let trust = ProxyTrust(["127.0.0.1", "::1"])
        #expect(trust.origin(of: address, forwardedFor: header) == origin)
        #expect(trust.holds(for: address) == (address != "192.0.2.1"))
    }
}
