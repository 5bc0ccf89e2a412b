import Base
import Cryptography
import Testing

struct CertificateExpiriesTests {
    private func expiries(_ texts: String...) -> [WallTime]? {
        certificateExpiries(pem: [UInt8](texts.joined(separator: "\n").utf8))
    }

    @Test("each certificate has its end, in the order of the text")
    func several() {
        #expect(expiries(Self.first) == [Self.firstExpiry])
        #expect(expiries(Self.first, Self.second) == [Self.firstExpiry, Self.secondExpiry])
        #expect(expiries(Self.second, Self.first) == [Self.secondExpiry, Self.firstExpiry])
    }

    @Test("remarks and blocks of other kinds are passed over")
    func others() {
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
        #expect(expiries("Subject: CN = 1", key, Self.first, "", key, Self.second) == [Self.firstExpiry, Self.secondExpiry])
    }

    @Test(
        "a text without a certificate has none",
        arguments: ["", "no PEM", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
    func none(text: String) {
        #expect(expiries(text) == nil)
    }

    @Test("one damaged certificate spoils the text")
    func damaged() {
        #expect(expiries(Self.first, Self.second.replacing("MII", with: "MIB")) == nil)
        #expect(expiries(Self.first, String(Self.second.dropLast(60))) == nil)
    }

    @Test("no more than 128 are read")
    func many() {
        #expect(certificateExpiries(pem: [UInt8](String(repeating: Self.first + "\n", count: 130).utf8))?.count == 128)
    }

    /// `notAfter` 2035-02-08 07:43:10 UTC, by openssl-x509(1).
    private static let firstExpiry = WallTime(seconds: 2_054_533_390)
    private static let first = """
        -----BEGIN CERTIFICATE-----
        MIIBbTCCAROgAwIBAgIUEPNQy3JOSCjaqAdHBxh0uwOArMAwCgYIKoZIzj0EAwIw
        DDEKMAgGA1UEAwwBMTAeFw0yNjExMjIwNzQzMTBaFw0zNTAyMDgwNzQzMTBaMAwx
        CjAIBgNVBAMMATEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATx2+n8xpvufPmm
        NbInDq5q186dernS5fBBA/8ADDQSqag+Pi9VntgeVLungvPkQ6abTW5AB7CV3o7P
        nuXAgLzJo1MwUTAdBgNVHQ4EFgQUz6+/iVwkD5MUzcuyvXhfNy3hKJ8wHwYDVR0j
        BBgwFoAUz6+/iVwkD5MUzcuyvXhfNy3hKJ8wDwYDVR0TAQH/BAUwAwEB/zAKBggq
        hkjOPQQDAgNIADBFAiAdcEBXtP3ljtHZ6cew/i4yVnjaFMwHxqTUnsZJIVNu+gIh
        AKvpIPOm+oNnJz5sPo7xeH0bdnqUdYHZ4ypGXrehgWf4
        -----END CERTIFICATE-----
        """

    /// `notAfter` 2043-04-27 07:43:10 UTC.
    private static let secondExpiry = WallTime(seconds: 2_313_733_390)
    private static let second = """
        -----BEGIN CERTIFICATE-----
        MIIBbTCCAROgAwIBAgIUEaI3F5IC7RAB9T6OlGxST+7BXUgwCgYIKoZIzj0EAwIw
        DDEKMAgGA1UEAwwBMjAeFw0yNjExMjIwNzQzMTBaFw00MzA0MjcwNzQzMTBaMAwx
        CjAIBgNVBAMMATIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASexTnyZzBFTHsr
        9anVUNibBFzt1NZlTHC5Omdj84zwJuucU0bVq8mvduATLsueHOPzm1iHIVN+8uGa
        VGj4f9vLo1MwUTAdBgNVHQ4EFgQUZOJ6uypXfvzo87QVNbf5XARHAWkwHwYDVR0j
        BBgwFoAUZOJ6uypXfvzo87QVNbf5XARHAWkwDwYDVR0TAQH/BAUwAwEB/zAKBggq
        hkjOPQQDAgNIADBFAiBhwJOPeecWBUVkUPcyJSwzoJBwhyzMmFhDlGwYn4NStgIh
        ALspTtc/2MJmrYtu24wLQcKnhlyRDfn9Ip1uN3WXKpUj
        -----END CERTIFICATE-----
        """
}
