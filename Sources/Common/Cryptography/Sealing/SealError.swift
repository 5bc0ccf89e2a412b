/// Why a file is not opened.
public enum SealError: Error, Hashable, Sendable {
    /// Not a sealed file at all.
    case notSealed
    /// Of a later release; what stands there for the layout.
    case otherFormat(String)
    /// Sealed with a passphrase, and none was given.
    case passphraseNeeded
    case wrongPassphrase
    /// For the hub whose key has that fingerprint.
    case otherKey(String)
    /// The end is missing: it was not written, or not copied, to its end.
    case cutOff
    /// A byte is another one than was written.
    case damaged
}
