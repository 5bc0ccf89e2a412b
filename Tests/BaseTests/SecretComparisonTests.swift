import Base
import Testing

@Suite("the comparison of secrets")
struct SecretComparisonTests {
    @Test(
        "is true of the same bytes only, of whatever collections they are",
        arguments: [
            ("", "", true), ("token", "token", true), ("token", "tokem", false), ("token", "xoken", false),
            ("token", "toke", false), ("", "t", false),
        ])
    func equality(left: String, right: String, isEqual: Bool) {
        #expect(isEqualInConstantTime(Array(left.utf8), Array(right.utf8)) == isEqual)
        #expect(isEqualInConstantTime(Array("-\(left)".utf8)[1...], Array(right.utf8)) == isEqual)
    }
}
