/// Why a file holds no secret that can be used, and what to do; never shows any of the content.
public struct SecretFileError: Error, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
