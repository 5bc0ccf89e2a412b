/// What a box puts under a file that it wrote, so that the hub can tell that it was this box: an HMAC-SHA-256 under a key that is derived
/// from the box's secret (docs/carried-files.md).
public struct FileAuthenticator: Sendable {
    private let key: [UInt8]

    /// - Parameter secret: the box's own (`platform.token.secret_file`), which the hub knows; not empty.
    public init(secret: [UInt8]) {
        precondition(!secret.isEmpty, "an empty secret proves nothing")
        key = Libcrypto().authenticationCode(key: secret, message: Array("validator carried file 1".utf8))
    }

    /// - Parameter digest: SHA-256 of every byte of the file before its last line.
    public func code(of digest: [UInt8]) -> [UInt8] { Libcrypto().authenticationCode(key: key, message: digest) }
}
